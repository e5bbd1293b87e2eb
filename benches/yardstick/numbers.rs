//! Numbers of rungs and states, and variables that nothing changes.

/// Rungs of the border, and their numbers.
pub const CALM: usize = 0;
pub const WORDS: usize = 1;
pub const SHOW_OF_FORCE: usize = 2;
pub const BORDER_FIRE: usize = 3;
pub const RAIDS_AND_DRONES: usize = 4;
pub const AIR_STRIKES: usize = 5;
pub const DEEP_STRIKES: usize = 6;
pub const GROUND_INCURSION: usize = 7;
pub const OPEN_WAR: usize = 8;
pub const LOAD: [f64; 9] = [0.15, 0.20, 0.25, 0.30, 0.35, 0.45, 0.55, 0.75, 1.00];
pub const SEVERITY: [f64; 9] = [0.00, 0.10, 0.20, 0.35, 0.45, 0.60, 0.75, 0.90, 1.00];
pub const COST_DOWN: [f64; 9] = [0.0, 0.1, 0.1, 0.2, 0.2, 0.3, 0.4, 0.6, 1.0];

/// Targets: camps, posts, garrisons, cities.
pub const GARRISONS: usize = 2;
pub const CITIES: usize = 3;
pub const CIV_RISK: [f64; 4] = [0.15, 0.25, 0.50, 1.00];
pub const PAIN: [f64; 4] = [0.3, 0.6, 1.0, 1.3];

/// Kabul's policy.
pub const TOLERATE: usize = 1;
pub const RESTRAIN: usize = 2;
pub const CRACK_DOWN: usize = 3;
pub const HOLD: [f64; 4] = [-0.15, 0.0, 0.6, 0.9];
pub const PRESSURE: [f64; 4] = [-0.3, 0.0, 0.4, 0.9];
pub const STRAIN: [f64; 4] = [0.0, 0.1, 0.4, 1.5];

/// The war in Iran.
pub const STRIKES: usize = 3;
pub const CAMPAIGN: usize = 4;
pub const REGIONAL_WAR: usize = 5;
pub const INTENSITY: [f64; 6] = [0.05, 0.20, 0.40, 0.60, 0.85, 1.00];

/// Washington's intent: undecided, limited, long haul.
pub const PUSH: [f64; 3] = [0.0, -0.9, 1.0];
/// The Gulf: free, divided, absorbed.
pub const ATTENTION: [f64; 3] = [0.1, 0.5, 0.95];
/// Islamabad's line: partner, in doubt, adversary.
pub const HOSTILITY: [f64; 3] = [-0.5, 0.0, 0.4];

/// Hafiz Gul Bahadur, the Islamic State, the Baloch: what Kabul's shelter gives them, and their taste for Shia targets.
pub const SHELTER: [f64; 3] = [0.3 * 0.8, 0.3 * 0.0, 0.3 * 0.3];
pub const ON_SHIA: [f64; 3] = [0.05, 0.6, 0.02];

/// Variables that nothing changes.
pub const IRAN_PULL: f64 = 0.8;
pub const ISKP_HOSTILITY: f64 = 0.7;
