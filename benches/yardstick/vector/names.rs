//! The stored numbers of the vector yardstick, by place.

/// Lowest and highest value of each.
pub(super) const BOUNDS: [(f64, f64); COUNT] = [
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.02, 0.98),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 4.0),
    (0.0, f64::INFINITY),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 4.0),
    (0.0, 4.0),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 5.0),
    (0.0, 2.0),
    (0.0, 1.0),
    (0.0, f64::INFINITY),
    (0.0, 1.0),
    (0.0, 200.0),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 5.0),
    (0.0, f64::INFINITY),
    (0.0, 2.0),
    (0.5, 2.0),
    (0.0, 1.0),
    (0.5, 2.0),
    (0.0, 0.6),
    (0.0, 1.0),
    (0.0, 3.0),
    (0.0, 3.0),
    (0.0, 3.0),
    (0.0, 3.0),
    (0.0, 3.0),
    (0.0, 3.0),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, f64::INFINITY),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 1.0),
    (0.0, 1.0),
    (-1.0, 1.0),
    (-1.0, 1.0),
    (-1.0, 1.0),
    (0.0, 1.0),
    (0.0, 1.0),
];
pub(super) const COUNT: usize = 54;
pub(super) const MEDIATION: usize = 0;
pub(super) const FIREBREAK: usize = 1;
pub(super) const PRECEDENT: usize = 2;
pub(super) const BELIEF: usize = 3;
pub(super) const COMMITMENT: usize = 4;
pub(super) const FRUSTRATION: usize = 5;
pub(super) const HURT: usize = 6;
pub(super) const SOLDIERS_LOST: usize = 7;
pub(super) const STRAIN: usize = 8;
pub(super) const STANDING: usize = 9;
pub(super) const PRESSURE: usize = 10;
pub(super) const USED_TO: usize = 11;
pub(super) const UNREST: usize = 12;
pub(super) const POLARIZATION: usize = 13;
pub(super) const SUNNI: usize = 14;
pub(super) const SHIA: usize = 15;
pub(super) const KABUL_HURT: usize = 16;
pub(super) const PAIN: usize = 17;
pub(super) const FRAME: usize = 18;
pub(super) const LOSSES: usize = 19;
pub(super) const COHESION: usize = 20;
pub(super) const DRONES: usize = 21;
pub(super) const HARD_LINE: usize = 22;
pub(super) const KINSHIP: usize = 23;
pub(super) const HEAT: usize = 24;
pub(super) const TEMPO: usize = 25;
pub(super) const FIGHTERS: usize = 26;
pub(super) const SKILL: usize = 27;
pub(super) const AUTONOMY: usize = 28;
pub(super) const DRIVE: usize = 29;
pub(super) const DAMAGE: usize = 30;
pub(super) const RECRUITS: usize = 31;
pub(super) const SHARE_GUL: usize = 32;
pub(super) const SHARE_ISKP: usize = 33;
pub(super) const SHARE_BALOCH: usize = 34;
pub(super) const HEAT_GUL: usize = 35;
pub(super) const HEAT_ISKP: usize = 36;
pub(super) const HEAT_BALOCH: usize = 37;
pub(super) const REACH: usize = 38;
pub(super) const EXHAUSTION: usize = 39;
pub(super) const ARMS: usize = 40;
pub(super) const INDIA: usize = 41;
pub(super) const CONCERN: usize = 42;
pub(super) const CREDIT: usize = 43;
pub(super) const REPORTED: usize = 44;
pub(super) const BOLD_TURKEY: usize = 45;
pub(super) const BOLD_ASIA: usize = 46;
pub(super) const TRUST: usize = 47;
pub(super) const SANCTUARY: usize = 48;
pub(super) const WITH_US: usize = 49;
pub(super) const WITH_CHINA: usize = 50;
pub(super) const WITH_IRAN: usize = 51;
pub(super) const FRICTION: usize = 52;
pub(super) const TIES: usize = 53;
