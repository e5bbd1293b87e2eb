//! Single values: expressions, spans of time, dates, distributions.

use super::scope::Frame;
use super::{Lazy, MAX_MINUTES, MAX_STEPS, Place, World};
use crate::diag::{Code, Diagnostic, Diagnostics, Sources, Span, clean, did_you_mean};
use crate::dist::{Family, Gives, ParamError, ParamRole};
use crate::lang::ast::Word;
use crate::lang::check::{Core, Want, check};
use crate::lang::parser::parse;
use crate::lang::template::{Piece, parse_template};
use crate::lang::types::{Unit, span_words};
use crate::lang::{CategoriesId, Type};
use crate::scenario::Constants;
use crate::scenario::model::{self, Draw, Formula};
use crate::scenario::tree::{Kind, Table, Value};

/// `[about]`.
pub(super) fn about(tree: &Table) -> model::About {
    let Some(table) = tree.get("about").and_then(Value::as_table) else { return model::About::default() };
    let text = |key: &str| table.text(key).map(str::to_owned);
    let date = table.get("date").and_then(|v| match &v.kind {
        Kind::Date(d) => Some(d.clone()),
        _ => None,
    });
    let sources = table.list("sources").filter_map(|v| match &v.kind {
        Kind::Text(t) => Some(t.clone()),
        _ => None,
    });
    model::About {
        title: text("title").unwrap_or_default(),
        question: text("question"),
        author: text("author"),
        date,
        sources: sources.collect(),
        simplified: text("simplified"),
    }
}

/// `[clock]`.
pub(super) fn clock(tree: &Table, sources: &Sources, file_every: Option<u32>, core: &mut Core) -> Option<model::Clock> {
    let table = tree.get("clock")?.as_table()?;
    let step_value = table.get("step")?;
    let step = minutes(step_value, sources, &mut core.diags)?;
    let horizon = multiple(table.get("horizon")?, step, "the horizon", sources, core)?;
    let every = match table.get("every") {
        Some(value) => multiple(value, step, "`every`", sources, core)?,
        None => {
            let every = file_every.unwrap_or(step);
            if !every.is_multiple_of(step) {
                let message = format!(
                    "rules look every {} (the step as written in the file), which is not a multiple of the step {}",
                    span_words(f64::from(every)),
                    span_words(f64::from(step))
                );
                return core.fail(
                    Diagnostic::new(Code::NotMultiple, step_value.span, message)
                        .help("choose a step that divides it, or set `clock.every` too"),
                );
            }
            every
        }
    };
    if horizon > MAX_MINUTES {
        let message = format!("a horizon of {horizon} minutes, more than {MAX_MINUTES}");
        return core.fail(
            Diagnostic::new(Code::TooMany, table.get("horizon")?.span, message)
                .help("a trial lasts at most about 510 years; use a shorter horizon"),
        );
    }
    let steps = horizon / step;
    if steps > MAX_STEPS {
        let message = format!("{steps} steps over {}", span_words(f64::from(horizon)));
        return core.fail(
            Diagnostic::new(Code::TooMany, step_value.span, message)
                .help(format!("a trial has at most {MAX_STEPS} steps; use a longer step or a shorter horizon")),
        );
    }
    let start = match table.get("start").map(|v| (&v.kind, v.span)) {
        Some((Kind::Date(text), span)) => Some(parse_date(text, span, core)?),
        _ => None,
    };
    if let Some(start) = start
        && start.checked_add(jiff::Span::new().minutes(i64::from(horizon))).is_err()
    {
        let span = table.get("start").map_or(step_value.span, |v| v.span);
        return core.fail(
            Diagnostic::new(Code::BadDate, span, "the trial would last beyond the year 9999")
                .help("use an earlier start, or a shorter horizon"),
        );
    }
    let sequential = table.text("decisions") == Some("sequential");
    Some(model::Clock { step, steps, every, start, sequential })
}

/// A constant span of at least a minute, in minutes.
pub(in crate::scenario) fn minutes(value: &Value, sources: &Sources, diags: &mut Diagnostics) -> Option<u32> {
    let Kind::Text(text) = &value.kind else { return None };
    let wrong = |message: String| {
        Diagnostic::new(Code::BadSpan, value.span, message)
            .help("write a number and a unit (minute, hour, day, week): `\"12 hours\"`, `\"1 day\"`, `\"2 weeks\"`")
    };
    let mut core = Core::default();
    let ast = match parse(text, &value.text_map(sources)) {
        Ok(ast) => ast,
        Err(error) => {
            diags.push(wrong(format!("`{text}` is not a span of time")).note(error.message.clone()));
            return None;
        }
    };
    let typed = check(&ast, Want::Any, "a span", &mut Constants::default(), &mut core);
    let x = typed.filter(|t| t.ty == Type::Span).and_then(|t| core.pool.as_constant(t.id));
    match x {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be whole and in range")]
        Some(x) if x >= 1.0 && x.fract() == 0.0 && x <= f64::from(u32::MAX / 4) => Some(x as u32),
        Some(x) => {
            let (message, help) = if x > f64::from(u32::MAX / 4) {
                ("this span is too long", "a trial lasts at most about 510 years")
            } else if x < 1.0 {
                ("this span is too short: it is below one minute", "the shortest span is `\"1 minute\"`")
            } else {
                ("this span is not a whole number of minutes", "use a smaller unit, for example `\"90 minutes\"`")
            };
            diags.push(wrong(message.to_owned()).help(help));
            None
        }
        None => {
            diags.push(wrong(format!("`{text}` is not a span of time")));
            None
        }
    }
}

/// A constant span that is a multiple of the step.
fn multiple(value: &Value, step: u32, what: &str, sources: &Sources, core: &mut Core) -> Option<u32> {
    let found = minutes(value, sources, &mut core.diags)?;
    if found.is_multiple_of(step) {
        return Some(found);
    }
    let message = format!("{what} of {} is not a multiple of the step {}", span_words(f64::from(found)), span_words(f64::from(step)));
    core.fail(Diagnostic::new(Code::NotMultiple, value.span, message).help("change the span, or choose a shorter `[clock] step`"))
}

fn parse_date(text: &str, span: Span, core: &mut Core) -> Option<jiff::civil::DateTime> {
    let plain = text.replace(' ', "T");
    let parsed = plain
        .parse::<jiff::civil::DateTime>()
        .or_else(|_| plain.parse::<jiff::civil::Date>().map(|d| d.to_datetime(jiff::civil::Time::midnight())));
    match parsed {
        // A zone is refused rather than ignored.
        Ok(_) if plain.ends_with(['Z', 'z']) || plain.get(10..).is_some_and(|t| t.contains(['+', '-', '['])) => core.fail(
            Diagnostic::new(Code::BadDate, span, "a date has no time zone here")
                .help("write the time of the place that the clock is meant for: `2026-03-08T12:00:00`"),
        ),
        Ok(date) if date.second() != 0 || date.subsec_nanosecond() != 0 => {
            core.fail(Diagnostic::new(Code::BadDate, span, "times are whole minutes").help("leave the seconds out: `2026-03-08T12:00:00`"))
        }
        Ok(date) => Some(date),
        Err(_) => core.fail(
            Diagnostic::new(Code::BadDate, span, format!("`{text}` is not a date"))
                .help("write `2026-03-08` or `2026-03-08T12:00:00`, without a time zone"),
        ),
    }
}

/// Minutes from the start of the clock to a date.
pub(super) fn date_minutes(clock: &model::Clock, text: &str, span: Span, core: &mut Core) -> Option<u32> {
    let Some(start) = clock.start else {
        return core
            .fail(Diagnostic::new(Code::BadDate, span, "a date needs a start of the clock").help("add `start = 2026-03-03` to `[clock]`"));
    };
    let date = parse_date(text, span, core)?;
    let seconds = date.duration_since(start).as_secs();
    let minutes = u32::try_from(seconds / 60).ok().filter(|_| seconds >= 0);
    let Some(minutes) = minutes else {
        let message = format!("`{text}` lies before the start of the clock, {}", start.strftime("%Y-%m-%d %H:%M"));
        return core.fail(Diagnostic::new(Code::BadDate, span, message).help("use a date after the start"));
    };
    Some(minutes)
}

/// The parameter that an error speaks of.
fn blamed(error: &ParamError) -> Option<&'static str> {
    match error {
        ParamError::Domain { name, .. } => Some(name),
        ParamError::Order { high, .. } => Some(high),
        ParamError::NoWeight => Some("weights"),
        ParamError::Count { .. } | ParamError::NoMass { .. } => None,
    }
}

/// The parameters of a family and what each must be.
fn domain_help(family: Family) -> String {
    let params = family.spec().params.iter().map(|p| format!("`{}` ({})", p.name, p.summary));
    format!("`{}` has {}", family.spec().name, params.collect::<Vec<_>>().join(", "))
}

impl<'a> World<'a> {
    /// Compiles an expression in its place.
    pub(super) fn formula(&mut self, value: &Value, want: Want, what: &str, place: &mut Place<'a>, core: &mut Core) -> Option<Formula> {
        if let Kind::Text(text) = &value.kind {
            core.spend(text.len() / 4, value.span)?;
        }
        let (ast, text) = match &value.kind {
            Kind::Text(text) => match parse(text, &value.text_map(self.sources)) {
                Ok(ast) => (ast, text.clone()),
                Err(error) => return core.fail(*error),
            },
            Kind::Bool(truth) => {
                let kind = crate::lang::AstKind::Truth(*truth);
                (crate::lang::Ast { kind, span: value.span }, truth.to_string())
            }
            _ => {
                let x = value.as_number()?;
                let kind = crate::lang::AstKind::Number(x);
                (crate::lang::Ast { kind, span: value.span }, crate::lang::listing::number_words(x))
            }
        };
        let typed = check(&ast, want, what, &mut Frame { world: self, place }, core)?;
        Some(Formula { expr: typed.id, ty: typed.ty, text, at: self.place_of(value.span) })
    }

    /// File and line of a place, as they are told when a trial stops there; nothing of what the command line says.
    pub(super) fn place_of(&self, span: Span) -> String {
        let file = self.sources.get(span.file);
        if file.name.starts_with("--") {
            return String::new();
        }
        format!("{}:{}", clean(&file.name), file.line_of(span.start as usize).0 + 1)
    }

    /// A constant span that is a multiple of the step, in minutes.
    pub(super) fn multiple(&self, value: &Value, what: &str, core: &mut Core) -> Option<u32> {
        multiple(value, self.clock.step, what, self.sources, core)
    }

    /// A constant span, multiple or not.
    pub(super) fn span(&self, value: &Value, core: &mut Core) -> Option<u32> {
        minutes(value, self.sources, &mut core.diags)
    }

    /// A span that is fixed, computed from parameters, or drawn.
    pub(super) fn span_or_draw(
        &mut self,
        value: &Value,
        what: &str,
        path: &str,
        place: &mut Place<'a>,
        core: &mut Core,
    ) -> Option<model::Span> {
        if let Some(table) = value.as_table() {
            let draw = self.distribution(table, value.span, what, path, path, place, core)?;
            if draw.ty != Type::Span {
                let message = format!("the {what} is drawn as {}, not as a span of time", draw.ty.words());
                return core.fail(
                    Diagnostic::new(Code::NotADelay, value.span, message).help("give its location or scale a unit: `median = \"5 days\"`"),
                );
            }
            return Some(model::Span::Drawn(draw));
        }
        let formula = self.formula(value, Want::Span, &format!("the {what}"), place, core)?;
        self.whole_steps(&formula, value.span, what, core)?;
        Some(model::Span::Given(formula))
    }

    /// A span that is constant must be a whole number of steps.
    pub(super) fn whole_steps(&self, formula: &Formula, span: Span, what: &str, core: &mut Core) -> Option<()> {
        let Some(x) = core.pool.as_constant(formula.expr) else { return Some(()) };
        let steps = x / f64::from(self.clock.step);
        if steps.fract() == 0.0 && steps >= 0.0 {
            return Some(());
        }
        let message = format!("the {what} of {} is not a multiple of the step {}", span_words(x), span_words(f64::from(self.clock.step)));
        core.fail(Diagnostic::new(Code::NotMultiple, span, message).help("change the span, or choose a shorter `[clock] step`"))
    }

    /// Compiles a distribution.
    #[expect(clippy::too_many_arguments, reason = "a draw has a name, two paths and a place")]
    pub(super) fn distribution(
        &mut self,
        table: &Table,
        span: Span,
        name: &str,
        path: &str,
        plain_path: &str,
        place: &mut Place<'a>,
        core: &mut Core,
    ) -> Option<Draw> {
        let dist = table.text("dist")?;
        let Some(family) = Family::by_name(dist) else {
            let at = table.get("dist").map_or(span, |v| v.span);
            let known = Family::ALL.iter().map(|f| f.spec().name);
            return core.fail(
                Diagnostic::new(Code::UnknownDistribution, at, format!("there is no distribution `{dist}`"))
                    .suggest(did_you_mean(dist, known), "see `docs/format.md` for all distributions"),
            );
        };
        self.only_its_parameters(family, table, core)?;
        let (params, ty) = if family == Family::Categorical {
            self.categories(table, span, plain_path, place, core)?
        } else {
            self.dist_params(family, table, span, place, core)?
        };
        let constants: Option<Vec<f64>> = params.iter().map(|p| core.pool.as_constant(p.expr)).collect();
        if let Some(values) = constants
            && let Err(error) = family.check(&values)
        {
            let at = blamed(&error).and_then(|name| table.get(name)).map_or(span, |v| v.span);
            return core.fail(Diagnostic::new(Code::BadDistribution, at, format!("`{dist}`: {error}")).help(domain_help(family)));
        }
        let site = self.site(path, span, core);
        Some(Draw { name: name.to_owned(), path: path.to_owned(), site, family, params, ty })
    }

    fn only_its_parameters(&self, family: Family, table: &Table, core: &mut Core) -> Option<()> {
        let mut fine = Some(());
        let display = ["dist", "label", "source", "judgement", "note", "allow"];
        let names: Vec<&str> = family.spec().params.iter().map(|p| p.name).collect();
        for entry in &table.entries {
            let key = entry.key.text.as_str();
            if !display.contains(&key) && !names.contains(&key) {
                let message = format!("`{}` has no parameter `{key}`", family.spec().name);
                core.diags.push(
                    Diagnostic::new(Code::BadDistribution, entry.key.span, message)
                        .suggest(did_you_mean(key, names.iter().copied()), domain_help(family)),
                );
                fine = None;
            }
        }
        fine
    }

    fn dist_params(
        &mut self,
        family: Family,
        table: &Table,
        span: Span,
        place: &mut Place<'a>,
        core: &mut Core,
    ) -> Option<(Vec<Formula>, Type)> {
        let spec = family.spec();
        let mut params = Vec::new();
        let mut unit: Option<(Type, &str)> = None;
        let mut complete = true;
        for param in spec.params {
            let Some(value) = table.get(param.name) else {
                if param.optional {
                    let end = if param.name == "min" { f64::NEG_INFINITY } else { f64::INFINITY };
                    let ty = unit.map_or(Type::Number, |u| u.0);
                    params.push(Formula { expr: core.pool.constant(end), ty, text: String::new(), at: String::new() });
                    continue;
                }
                let message = format!("`{}` needs the parameter `{}`", spec.name, param.name);
                core.diags.push(
                    Diagnostic::new(Code::BadDistribution, span, message).help(format!("add `{} = ...`: {}", param.name, param.summary)),
                );
                complete = false;
                continue;
            };
            let carries = matches!(param.role, ParamRole::Location | ParamRole::Scale);
            let want = match (carries, unit) {
                (false, _) => Want::Number,
                (true, None) => Want::Any,
                (true, Some((Type::Span, _))) => Want::Span,
                (true, Some(_)) => Want::Number,
            };
            let what = format!("`{}` of `{}`", param.name, spec.name);
            let Some(formula) = self.formula(value, want, &what, place, core) else {
                complete = false;
                continue;
            };
            if want == Want::Any && !matches!(formula.ty, Type::Number | Type::Span | Type::Rung(_)) {
                let message = format!("{what} must be a number or a span of time, found {}", formula.ty.words());
                core.diags.push(Diagnostic::new(Code::TypeMismatch, value.span, message).help("use a number"));
                complete = false;
                continue;
            }
            if carries && unit.is_none() {
                unit = Some((if formula.ty == Type::Span { Type::Span } else { Type::Number }, param.name));
            }
            params.push(formula);
        }
        let ty = match spec.gives {
            Gives::Truth => Type::Truth,
            _ => unit.map_or(Type::Number, |u| u.0),
        };
        complete.then_some((params, ty))
    }

    fn categories(
        &mut self,
        table: &Table,
        span: Span,
        plain_path: &str,
        place: &mut Place<'a>,
        core: &mut Core,
    ) -> Option<(Vec<Formula>, Type)> {
        let Some(weights) = table.get("weights").and_then(Value::as_table) else {
            return core.fail(
                Diagnostic::new(Code::BadDistribution, span, "`categorical` needs the parameter `weights`")
                    .help("write `weights = { city = 1, base = 2 }`"),
            );
        };
        if weights.entries.is_empty() {
            return core.fail(
                Diagnostic::new(Code::EmptyList, span, "`weights` names no category").help("write `weights = { city = 1, base = 2 }`"),
            );
        }
        let mut params = Vec::new();
        for entry in &weights.entries {
            let what = format!("the weight of `{}`", entry.key.text);
            params.push(self.formula(&entry.value, Want::Number, &what, place, core));
        }
        let names: Vec<String> = weights.entries.iter().map(|e| e.key.text.clone()).collect();
        let id = match self.category_index.get(plain_path) {
            Some(id) => *id,
            None => {
                let id = CategoriesId(u32::try_from(self.built.categories.len()).unwrap_or(u32::MAX));
                self.built.categories.push(names);
                self.category_index.insert(plain_path.to_owned(), id);
                id
            }
        };
        Some((params.into_iter().collect::<Option<Vec<_>>>()?, Type::Category(id)))
    }

    /// Compiles the draws of a rule that have not been read by now, and takes them all, in evaluation
    /// order, beginning with index `from`.
    pub(super) fn all_draws(&mut self, from: usize, place: &mut Place<'a>, core: &mut Core) -> Vec<Draw> {
        for at in 0..place.draws.len() {
            if place.draws[at].state == Lazy::Todo {
                let word = Word { text: place.draws[at].name.to_owned(), span: place.draws[at].span };
                Frame { world: self, place }.draw_named(&word, core);
            }
        }
        place.drawn.get(from..).map(<[Draw]>::to_vec).unwrap_or_default()
    }

    /// Compiles a sentence.
    pub(super) fn template(&mut self, value: &Value, place: &mut Place<'a>, core: &mut Core) -> Option<model::Template> {
        let Kind::Text(text) = &value.kind else { return None };
        core.spend(text.len() / 4, value.span)?;
        let pieces = match parse_template(text, &value.text_map(self.sources)) {
            Ok(pieces) => pieces,
            Err(error) => return core.fail(*error),
        };
        let mut compiled = Vec::new();
        for piece in pieces {
            compiled.push(match piece {
                Piece::Text(text) => Piece::Text(text),
                Piece::Value(ast, digits) => {
                    let typed = check(&ast, Want::Any, "a value", &mut Frame { world: self, place }, core)?;
                    Piece::Value(Formula { expr: typed.id, ty: typed.ty, text: String::new(), at: String::new() }, digits)
                }
            });
        }
        Some(compiled)
    }

    /// The unit of time in `per`, in minutes.
    pub(super) fn per(table: &Table) -> Option<u32> {
        table.text("per").and_then(Unit::by_word).map(Unit::minutes)
    }
}
