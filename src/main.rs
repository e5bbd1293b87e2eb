//! temp
fn main() {
    let args: Vec<String> = std::env::args().collect();
    for f in &args[2..] {
        let l = escalade::scenario::load(std::path::Path::new(f), &Default::default());
        eprint!("{}", escalade::diag::render_all(&l.diags, &l.sources, false));
        let Some(s) = l.scenario else { println!("{f}: BAD {}", l.diags.error_count()); continue };
        println!("{f}: ok cells {} nodes {}", s.cells.len(), s.pool.nodes().len());
        if args[1] == "run" {
            let t = std::time::Instant::now();
            let r = escalade::study::Request { seed: 1, first: 0, trials: 2000, variant: "base".into(), level: 0.95 };
            match escalade::study::plain(&s, &r, &escalade::study::Silent, &Default::default()) {
                Ok(o) => {
                    for x in &o.summary.outcomes { println!("  {:30} {:.4}", x.id, x.share); }
                    for x in &o.summary.clamped { println!("  clamped {} {} {}", x.path, x.count, x.first_value); }
                }
                Err(e) => println!("STOP {e}"),
            }
            println!("{:?}", t.elapsed());
        }
    }
}
