//! Tables of a sensitivity: one row for each result, factor and measure; and what came out at each point.

use escalade::results::{Estimated, OutputKind, SensitivityMethod, SensitivitySummary};
use escalade::store::{Cell, Column, Kind, Schema};
use escalade::study::sensitivity::{Evaluations, Question};

use crate::cli::study::Table;

/// Measures, in their order.
const MEASURES: [&str; 9] =
    ["variance", "variance_of_factors", "due_to_factors", "first", "total", "mu", "mu_star", "mean_square", "sigma"];

/// What was estimated, tidy.
pub(super) fn indices(summary: &SensitivitySummary) -> Table<'_> {
    let kinds = OutputKind::NAMES.map(|(_, name)| name.to_owned()).to_vec();
    let columns = vec![
        Column::new("kind", Kind::Category(kinds), "what the result is"),
        Column::new("result", Kind::Text, "its name"),
        Column::new("factor", Kind::Text, "the parameter, or correlated ones joined by +; empty for what is about the result as a whole"),
        Column::new("measure", Kind::Category(MEASURES.map(str::to_owned).to_vec()), "what was estimated; docs/sensitivity.md tells each"),
        Column::new("estimate", Kind::Number, "the estimate; where it cannot be, it is noise about a small one"),
        Column::new("low", Kind::Number, "lower end of its interval"),
        Column::new("high", Kind::Number, "upper end"),
        Column::new("noise", Kind::Number, "what mu_star would be by luck alone"),
    ];
    let mut rows = Vec::new();
    let finite = |x: Option<f64>| x.filter(|x| x.is_finite()).into();
    for output in &summary.sensitivity.outputs {
        let plain = |estimate| Estimated { estimate, low: None, high: None, deviations: None };
        let kind = OutputKind::NAMES.iter().zip(0..).find(|(n, _)| n.0 == output.kind).map_or(0, |(_, at)| at);
        let mut add = |factor, measure: u32, e: Option<Estimated>, noise: Option<f64>| {
            if let Some(e) = e {
                let estimate = finite(Some(e.estimate));
                rows.push(vec![
                    Cell::Category(kind),
                    Cell::Text(&output.id),
                    Cell::Text(factor),
                    Cell::Category(measure),
                    estimate,
                    finite(e.low),
                    finite(e.high),
                    finite(noise),
                ]);
            }
        };
        add("", 0, output.variance.map(plain), None);
        add("", 1, output.variance_of_factors, None);
        add("", 2, output.due_to_factors, None);
        for factor in &output.factors {
            add(&factor.id, 3, factor.first, None);
            add(&factor.id, 4, factor.total, None);
            add(&factor.id, 5, factor.mu, None);
            add(&factor.id, 6, factor.mu_star, factor.noise);
            add(&factor.id, 7, factor.mean_square, None);
            add(&factor.id, 8, factor.sigma.map(plain), None);
        }
    }
    Table { schema: Schema { name: "sensitivity".to_owned(), columns }, rows }
}

/// What came out at each point of the design.
pub(super) fn points<'a>(summary: &SensitivitySummary, question: &Question, kept: &Evaluations) -> Table<'a> {
    let factors = &summary.sensitivity.factors;
    let names: Vec<String> = if summary.sensitivity.method == SensitivityMethod::Sobol {
        ["A".to_owned(), "B".to_owned()].into_iter().chain(factors.iter().map(|f| format!("AB {}", f.id))).collect()
    } else {
        (0..=factors.len()).map(|moves| format!("move {moves}")).collect()
    };
    let rows_of = "the row of the base point (A, B, or A with a factor from B), or how many factors have moved";
    let mut columns = vec![
        Column::new("point", Kind::Count, "number of the base point or trajectory"),
        Column::new("row", Kind::Category(names), rows_of),
    ];
    for parameter in factors.iter().flat_map(|f| &f.parameters) {
        let about = "value of the parameter; a category by its place from 0, a span in minutes, never as missing";
        columns.push(Column::new(format!("parameter.{parameter}"), Kind::Number, about));
    }
    for output in &question.outputs {
        let kind = OutputKind::NAMES.iter().find(|n| n.0 == output.kind).map_or("", |n| n.1);
        columns.push(Column::new(format!("{kind}.{}", output.id), Kind::Number, "mean over the replicates"));
    }
    let number = |x: &f64| if x.is_finite() { Cell::Number(*x) } else { Cell::Missing };
    let rows = kept.numbers.chunks_exact(kept.stride.max(1)).zip(0_u64..);
    let one = |(numbers, at): (&[f64], u64)| {
        let place = u32::try_from(at % kept.rows as u64).unwrap_or(u32::MAX);
        let head = [Cell::Count(at / kept.rows as u64), Cell::Category(place)];
        head.into_iter().chain(numbers.iter().map(number)).collect()
    };
    Table { schema: Schema { name: "sensitivity_points".to_owned(), columns }, rows: rows.map(one).collect() }
}
