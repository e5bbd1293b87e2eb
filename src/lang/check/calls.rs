//! Calls of functions: arguments, types, and the core nodes that they mean.

use super::{Checker, Link, Meaning, Typed, Want};
use crate::diag::{Code, Diagnostic, Span, did_you_mean};
use crate::lang::ast::{Ast, AstKind, Word};
use crate::lang::builtins::{self, Builtin};
use crate::lang::core::{Binary, ExprId, History, HistoryKind, Node, Num, Unary};
use crate::lang::types::{Type, span_words};

impl Checker<'_> {
    pub(super) fn call(&mut self, name: &Word, args: &[Ast], tail: &[Word], span: Span) -> Option<Meaning> {
        let Some(builtin) = builtins::by_name(&name.text) else {
            let known = builtins::ALL.iter().map(|b| b.name);
            let message = format!("there is no function `{}`", name.text);
            return self.core.fail(
                Diagnostic::new(Code::UnknownFunction, name.span, message).suggest(
                    did_you_mean(&name.text, known),
                    "see `docs/format.md` for all functions; a product needs its sign: `a * (b)`",
                ),
            );
        };
        if args.len() < builtin.least || args.len() > builtin.most {
            let message = format!("`{}` takes {}, found {}", builtin.name, builtin.arity_words(), args.len());
            return self.core.fail(Diagnostic::new(Code::ArgumentCount, span, message).help(format!("usage: `{}`", builtin.usage)));
        }
        if let (Some(word), false) = (tail.first(), name.text == "link") {
            let message = format!("`{}(...)` has no parts", name.text);
            return self.core.fail(
                Diagnostic::new(Code::UnknownMember, word.span, message)
                    .help("only `link(a, b)` is followed by a name: `link(a, b).variable`"),
            );
        }
        let past =
            ["was", "ever", "always", "held", "time", "count", "total", "mean", "highest", "lowest", "first", "since", "at_first", "rises"];
        if past.contains(&builtin.name) && !self.scope.has_past() {
            return self.timeless(name.span);
        }
        match name.text.as_str() {
            "link" => self.link(args, tail, span),
            "sum" | "any" | "all" => self.over_group(builtin, args),
            "count" => self.count(args),
            "total" => self.total(args),
            "rises" => self.rises(args, span),
            _ => self.plain(builtin, args, span),
        }
    }

    fn plain(&mut self, builtin: &Builtin, args: &[Ast], span: Span) -> Option<Meaning> {
        let (id, ty) = match builtin.name {
            "if" => self.choice(args)?,
            "min" => self.extreme(Binary::Min, args)?,
            "max" => self.extreme(Binary::Max, args)?,
            "clamp" => {
                let (low, ty) = self.extreme(Binary::Min, &[args[0].clone(), args[2].clone()])?;
                let floor = self.value(&args[1])?;
                let ty = self.common(ty, floor)?;
                (self.core.pool.add(Node::Binary(Binary::Max, low, floor.id)), ty)
            }
            "abs" | "floor" | "exp" | "ln" | "sqrt" | "logistic" => self.of_number(builtin.name, &args[0])?,
            "table" => self.table(args)?,
            "bayes" => {
                let mut ids = [ExprId(0); 3];
                for (id, arg) in ids.iter_mut().zip(args) {
                    *id = self.wanted(arg, Want::Number, "each argument of `bayes`")?.id;
                }
                (self.core.pool.add(Node::Bayes(ids[0], ids[1], ids[2])), Type::Number)
            }
            _ => return self.history(builtin, args, span),
        };
        Some(Meaning::Value(id, ty))
    }

    pub(super) fn wanted(&mut self, ast: &Ast, want: Want, what: &str) -> Option<Typed> {
        let typed = self.value(ast)?;
        self.fits(typed, want, what)
    }

    fn choice(&mut self, args: &[Ast]) -> Option<(ExprId, Type)> {
        let test = self.wanted(&args[0], Want::Truth, "the condition of `if`");
        let (yes, no) = (self.value(&args[1]), self.value(&args[2]));
        let (test, yes, no) = (test?, yes?, no?);
        let ty = self.common(yes.ty, no)?;
        Some((self.core.pool.add(Node::If(test.id, yes.id, no.id)), ty))
    }

    /// The type that holds both: the same, or a number for rungs and numbers.
    fn common(&mut self, a: Type, b: Typed) -> Option<Type> {
        let number = |t: Type| matches!(t, Type::Number | Type::Rung(_));
        if a == b.ty {
            return Some(a);
        }
        if number(a) && number(b.ty) {
            return Some(Type::Number);
        }
        let message = format!("expected {} as before, found {}", a.words(), b.ty.words());
        self.core.fail(
            Diagnostic::new(Code::TypeMismatch, b.span, message)
                .here(format!("this is {}", b.ty.words()))
                .help("all alternatives must be of one kind"),
        )
    }

    fn extreme(&mut self, op: Binary, args: &[Ast]) -> Option<(ExprId, Type)> {
        let typed: Vec<Option<Typed>> = args.iter().map(|a| self.value(a)).collect();
        let mut typed = typed.into_iter();
        let first = typed.next()??;
        if !matches!(first.ty, Type::Number | Type::Span | Type::Rung(_)) {
            let first = self.fits(first, Want::Number, "each argument")?;
            return Some((first.id, first.ty));
        }
        let (mut id, mut ty) = (first.id, first.ty);
        for next in typed {
            let next = next?;
            ty = self.common(ty, next)?;
            id = self.core.pool.add(Node::Binary(op, id, next.id));
        }
        Some((id, ty))
    }

    fn of_number(&mut self, name: &str, arg: &Ast) -> Option<(ExprId, Type)> {
        let op = match name {
            "abs" => Unary::Abs,
            "floor" => Unary::Floor,
            "exp" => Unary::Exp,
            "ln" => Unary::Ln,
            "sqrt" => Unary::Sqrt,
            _ => Unary::Logistic,
        };
        let x = self.wanted(arg, Want::Number, &format!("the argument of `{name}`"))?;
        Some((self.core.pool.add(Node::Unary(op, x.id)), Type::Number))
    }

    fn table(&mut self, args: &[Ast]) -> Option<(ExprId, Type)> {
        let x = self.wanted(&args[0], Want::Number, "the argument of `table`")?;
        if args.len().is_multiple_of(2) {
            let last = args[args.len() - 1].span;
            return self
                .core
                .fail(Diagnostic::new(Code::ArgumentCount, last, "this knot has no value").help("usage: `table(x, x1, y1, x2, y2, ...)`"));
        }
        let (mut knots, mut values) = (Vec::new(), Vec::new());
        for pair in args[1..].chunks(2) {
            let knot = self.wanted(&pair[0], Want::Number, "a knot of `table`")?;
            let Some(at) = self.core.pool.as_constant(knot.id) else {
                return self.core.fail(
                    Diagnostic::new(Code::NotConstant, knot.span, "a knot of `table` must be a constant")
                        .help("write the knot as a number; only the values may change"),
                );
            };
            if knots.last().is_some_and(|last: &Num| last.0 >= at) {
                return self.core.fail(
                    Diagnostic::new(Code::KnotsNotRising, knot.span, format!("knot {at} is not above the one before"))
                        .help("sort the pairs by their first number"),
                );
            }
            knots.push(Num(at));
            values.push(self.wanted(&pair[1], Want::Number, "a value of `table`")?.id);
        }
        let node = Node::Piecewise { x: x.id, knots: knots.into(), values: values.into() };
        Some((self.core.pool.add(node), Type::Number))
    }

    fn link(&mut self, args: &[Ast], tail: &[Word], span: Span) -> Option<Meaning> {
        let mut actors = Vec::new();
        for arg in args {
            match &arg.kind {
                AstKind::Path(words) if words.len() == 1 => actors.push(&words[0]),
                _ => {
                    return self.core.fail(
                        Diagnostic::new(Code::TypeMismatch, arg.span, "`link` takes the names of two actors")
                            .help("for example `link(taliban, self).control`"),
                    );
                }
            }
        }
        let call = Link { from: actors[0], to: actors[1], tail, span };
        self.scope.link(&call, self.look, self.core)
    }

    fn over_group(&mut self, builtin: &Builtin, args: &[Ast]) -> Option<Meaning> {
        let group = match &args[0].kind {
            AstKind::Path(words) if words.len() == 1 => &words[0],
            _ => {
                let message = format!("the first argument of `{}` is the name of a group", builtin.name);
                return self
                    .core
                    .fail(Diagnostic::new(Code::TypeMismatch, args[0].span, message).help(format!("usage: `{}`", builtin.usage)));
            }
        };
        let members = self.scope.group(group, self.core)?;
        let (op, empty, want, ty) = match builtin.name {
            "sum" => (Binary::Add, 0.0, Want::Number, Type::Number),
            "any" => (Binary::Or, 0.0, Want::Truth, Type::Truth),
            _ => (Binary::And, 1.0, Want::Truth, Type::Truth),
        };
        let outer = self.look.each;
        let mut all = Vec::with_capacity(members.len());
        for member in members {
            self.core.spend(1, args[0].span)?;
            self.look.each = Some(member);
            let what = format!("what `{}` reads of each member", builtin.name);
            let one = self.wanted(&args[1], want, &what);
            self.look.each = outer;
            all.push(one?.id);
        }
        let id = self.core.pool.fold_list(op, &all).unwrap_or_else(|| self.core.pool.constant(empty));
        Some(Meaning::Value(id, ty))
    }

    fn rises(&mut self, args: &[Ast], span: Span) -> Option<Meaning> {
        let condition = self.wanted(&args[0], Want::Truth, "what `rises` watches")?;
        let id = if self.look.history {
            self.became(condition.id)
        } else {
            let memory = self.scope.rises(condition.id, span, self.core)?;
            self.core.pool.add(Node::Rises(memory))
        };
        Some(Meaning::Value(id, Type::Truth))
    }

    /// True now and not in the step before.
    fn became(&mut self, condition: ExprId) -> ExprId {
        let track = self.core.pool.track(condition);
        let before = self.core.pool.add(Node::History(History { kind: HistoryKind::Was(1), track }));
        let not = self.core.pool.add(Node::Unary(Unary::Not, before));
        self.core.pool.add(Node::Binary(Binary::And, condition, not))
    }

    fn count(&mut self, args: &[Ast]) -> Option<Meaning> {
        let window = self.window(args.get(1))?;
        let outer = std::mem::replace(&mut self.look.history, true);
        let counted = match &args[0].kind {
            AstKind::Call { name, args: inner, .. } if name.text == "rises" && inner.len() == 1 => {
                self.wanted(&inner[0], Want::Truth, "what `rises` watches").map(|c| self.became(c.id))
            }
            _ => match self.meaning(&args[0]) {
                Some(Meaning::Occurrence(n)) => Some(n),
                Some(_) => self.core.fail(
                    Diagnostic::new(Code::NotAnOccurrence, args[0].span, "`count` counts what happens, this is a value")
                        .help("for a condition use `time(condition, T)`, or `count(rises(condition), T)`"),
                ),
                None => None,
            },
        };
        self.look.history = outer;
        Some(self.sum_of(counted?, window))
    }

    fn total(&mut self, args: &[Ast]) -> Option<Meaning> {
        let window = self.window(args.get(1))?;
        let outer = std::mem::replace(&mut self.look.history, true);
        let meaning = self.meaning(&args[0]);
        self.look.history = outer;
        match meaning? {
            Meaning::Mark(sum) => Some(self.sum_of(sum, window)),
            _ => self.core.fail(
                Diagnostic::new(Code::NotAMark, args[0].span, "`total` adds up a mark, this is not one")
                    .help("name a draw of an event, reaction or option: `total(attack.killed)`; for a variable use `mean`"),
            ),
        }
    }

    fn sum_of(&mut self, value: ExprId, window: Option<u32>) -> Meaning {
        let track = self.core.pool.track(value);
        let node = Node::History(History { kind: HistoryKind::Sum(window), track });
        Meaning::Value(self.core.pool.add(node), Type::Number)
    }

    fn history(&mut self, builtin: &Builtin, args: &[Ast], span: Span) -> Option<Meaning> {
        if builtin.name == "at_first" && !self.scope.allows_at_first() {
            return self.core.fail(
                Diagnostic::new(Code::NotReadableHere, span, "`at_first` can be read in metrics only")
                    .help("in a rule, store the value in a variable when the condition rises"),
            );
        }
        let (subject, window) = match builtin.name {
            "at_first" => (&args[1], None),
            "was" | "held" => (&args[0], Some(self.steps(&args[1])?)),
            _ => (&args[0], self.window(args.get(1))?),
        };
        let outer = std::mem::replace(&mut self.look.history, true);
        let value = self.value(subject);
        let first = if builtin.name == "at_first" { self.value(&args[0]) } else { None };
        self.look.history = outer;
        let value = value?;
        let truth = matches!(builtin.name, "ever" | "always" | "held" | "time" | "first" | "since" | "at_first");
        let what = format!("the argument of `{}`", builtin.name);
        let value = match builtin.name {
            _ if truth => self.fits(value, Want::Truth, &what)?,
            "mean" => self.fits(value, Want::Number, &what)?,
            "highest" | "lowest" if !matches!(value.ty, Type::Rung(_) | Type::Span) => self.fits(value, Want::Number, &what)?,
            _ => value,
        };
        let track = self.core.pool.track(value.id);
        if value.ty == Type::Span {
            self.core.pool.holds_spans(track);
        }
        let k = window.unwrap_or(0);
        let (kind, ty) = match builtin.name {
            "was" => (HistoryKind::Was(k), value.ty),
            "ever" => (HistoryKind::Ever(window), Type::Truth),
            "always" => (HistoryKind::Always(window), Type::Truth),
            "held" => (HistoryKind::Held(k), Type::Truth),
            "time" => return Some(self.time(value.id, window)),
            "mean" => (HistoryKind::Mean(window), Type::Number),
            "highest" => (HistoryKind::Highest(window), value.ty),
            "lowest" => (HistoryKind::Lowest(window), value.ty),
            "first" => (HistoryKind::First, Type::Span),
            "since" => (HistoryKind::Since, Type::Span),
            _ => {
                let first = first?;
                let of = self.core.pool.track(first.id);
                if first.ty == Type::Span {
                    self.core.pool.holds_spans(of);
                }
                (HistoryKind::AtFirst(of), first.ty)
            }
        };
        let id = self.core.pool.add(Node::History(History { kind, track }));
        Some(Meaning::Value(id, ty))
    }

    fn time(&mut self, condition: ExprId, window: Option<u32>) -> Meaning {
        let Meaning::Value(samples, _) = self.sum_of(condition, window) else { unreachable!("sum_of gives a value") };
        let step = self.core.pool.constant(f64::from(self.scope.step()));
        Meaning::Value(self.core.pool.add(Node::Binary(Binary::Mul, samples, step)), Type::Span)
    }

    fn window(&mut self, ast: Option<&Ast>) -> Option<Option<u32>> {
        match ast {
            None => Some(None),
            Some(ast) => self.steps(ast).map(Some),
        }
    }

    /// A constant span of at least one step, as a number of steps.
    fn steps(&mut self, ast: &Ast) -> Option<u32> {
        let typed = self.wanted(ast, Want::Span, "the window")?;
        let Some(minutes) = self.core.pool.as_constant(typed.id) else {
            return self.core.fail(
                Diagnostic::new(Code::NotConstant, typed.span, "a window or lag must be a constant span")
                    .help("write it as a number and a unit: `14 days`"),
            );
        };
        let step = f64::from(self.scope.step());
        let steps = minutes / step;
        if steps < 1.0 || steps.fract() != 0.0 || steps > f64::from(u32::MAX) {
            let message = format!("a window of {} is not a whole number of steps of {}", span_words(minutes), span_words(step));
            return self
                .core
                .fail(Diagnostic::new(Code::NotMultiple, typed.span, message).help("use a multiple of `[clock] step`, at least one step"));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number in range")]
        Some(steps as u32)
    }
}
