//! What all studies of a scenario share: options, cost in advance, files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueHint};
use escalade::report::terminal;
use escalade::report::words::{counted, paragraph, whole};
use escalade::store::{Cell, Format, OutDir, ResultKind, Schema, StoreError, TableFile};
use escalade::study::{ArmStop, Cancel, Runner, estimate};
use std::io::Write as _;

use super::args::{ChangeArgs, TableFormat, formats, threads, whole as whole_number};
use super::exit::Exit;
use super::interrupt::on_interrupt;
use super::options::level;
use super::out::{store_exit, store_fault};
use super::output::{Lost, fault, say, talk};
use super::progress::time_words;
use super::run::stopped;
use super::scenario::shown;
use super::studies::{page_of, show_in_run};
use super::workers::workers;

/// Options of every study.
#[derive(Debug, Args)]
pub(super) struct StudyArgs {
    /// Seed: the same seed gives the same trials, on every machine
    #[arg(long, short, value_name = "S", default_value_t = 1, value_parser = whole_number, allow_negative_numbers = true)]
    pub(super) seed: u64,
    /// Threads; as many as the machine has, where none are given. They change nothing but the time
    #[arg(long, short, value_name = "T", value_parser = threads, allow_negative_numbers = true)]
    pub(super) threads: Option<usize>,
    /// Level of intervals: of a hundred studies with other seeds, this share holds the truth
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = level, allow_negative_numbers = true)]
    pub(super) level: f64,
    #[command(flatten)]
    pub(super) out: StudyOutArgs,
    /// Print the results as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Say nothing but errors on standard error: no cost, no progress, no warnings
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// Results in files.
#[derive(Debug, Args)]
pub(super) struct StudyOutArgs {
    /// Write the results to this directory, as JSON, as a tidy table and as a page to look at. Results of a run and of other studies in it
    /// stay; the report of a run of the same scenario shows them too
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Files")]
    pub(super) out: Option<PathBuf>,
    /// Formats of the table; `none` writes JSON only
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        value_delimiter = ',',
        default_value = "parquet",
        requires = "out",
        help_heading = "Files"
    )]
    pub(super) format: Vec<TableFormat>,
    /// Write no page to look at, and leave the report of a run in the directory as it is
    #[arg(long, requires = "out", help_heading = "Files")]
    pub(super) no_report: bool,
    /// Replace a result of this kind that is there
    #[arg(long, requires = "out", help_heading = "Files")]
    pub(super) force: bool,
}

/// A tidy table: one row for each thing and number.
pub(super) struct Table<'a> {
    /// Its columns.
    pub(super) schema: Schema,
    /// Its rows.
    pub(super) rows: Vec<Vec<Cell<'a>>>,
}

/// What a study has to say.
pub(super) struct Answer<'a> {
    /// For a reader at a terminal.
    pub(super) text: String,
    /// As JSON.
    pub(super) document: String,
    /// As a table.
    pub(super) table: Table<'a>,
    /// Whether all was done.
    pub(super) complete: bool,
    /// How it was made, say in the table's description.
    pub(super) recipe: Vec<(String, String)>,
}

/// Threads, a wish to stop, and a place for the results, tried before anything is run.
pub(super) struct Desk {
    /// Threads.
    pub(super) pool: rayon::ThreadPool,
    /// Ctrl-C asks it.
    pub(super) cancel: Arc<Cancel>,
    place: Option<OutDir>,
}

impl StudyArgs {
    /// Makes ready; what hinders it has been said.
    pub(super) fn desk(&self, kind: ResultKind) -> Result<Desk, Exit> {
        let place = self.out.out.as_deref().map(|path| OutDir::prepare_for(path, kind, self.out.force)).transpose();
        let place = place.map_err(|error| {
            store_fault(&error);
            store_exit(&error)
        })?;
        let pool = workers(self.threads).ok_or(Exit::Incomplete)?;
        Ok(Desk { pool, cancel: on_interrupt(self.quiet), place })
    }

    /// Says what a study will cost: `what` is a phrase such as `6 variants x 10,000 trials`.
    pub(super) fn tell_cost(&self, desk: &Desk, what: &str, runner: &Runner<'_>, trials_in_all: u64) {
        if self.quiet {
            return;
        }
        let time = desk.pool.install(|| estimate(runner, self.seed, trials_in_all));
        let about = time.map_or_else(String::new, |seconds| format!(", about {}", time_words(seconds)));
        let threads = counted(desk.pool.current_num_threads() as u64, "thread");
        let text = format!("{what}: {} trials in all{about} on {threads}", whole(trials_in_all));
        talk(&paragraph("", 2, &text, terminal::COLUMNS));
    }

    /// Options that all studies have and that are not what they are by default, as arguments, with a blank before each; threads,
    /// files and talk change no result.
    pub(super) fn arguments(&self) -> String {
        let mut text = format!(" --seed {}", self.seed);
        if self.level != 0.95 {
            text.push_str(&format!(" --level {}", self.level));
        }
        text
    }

    /// Gives the answer: to the directory that was asked for, and to standard output.
    pub(super) fn deliver(&self, desk: Desk, answer: &Answer<'_>) -> Exit {
        self.deliver_with(desk, answer, &[])
    }

    /// The same, with more tables.
    pub(super) fn deliver_with(&self, desk: Desk, answer: &Answer<'_>, more: &[Table<'_>]) -> Exit {
        let mut exit = if answer.complete { Exit::Done } else { Exit::Interrupted };
        if let Some(place) = desk.place
            && let Err(error) = self.write(&place, answer, more)
        {
            store_fault(&error);
            exit = exit.max(store_exit(&error)).max(Exit::Incomplete);
        }
        match say(if self.json { &answer.document } else { &answer.text }, self.json) {
            Ok(()) => exit,
            Err(Lost::Closed) if self.out.out.is_none() => {
                fault(&"the answer could not be written: whoever was to read it has closed the pipe");
                exit.max(Exit::Incomplete)
            }
            Err(lost) => lost.exit(exit),
        }
    }

    fn write(&self, place: &OutDir, answer: &Answer<'_>, more: &[Table<'_>]) -> Result<(), StoreError> {
        let chosen = formats(&self.out.format, false);
        let mut sealed = Vec::new();
        for (name, format) in [("parquet", Format::Parquet), ("csv", Format::Csv)] {
            for table in std::iter::once(&answer.table).chain(more).filter(|_| chosen.iter().any(|f| f == name)) {
                let mut file = TableFile::create(place.path(), format, &table.schema, &answer.recipe)?;
                table.rows.iter().try_for_each(|row| file.row(row))?;
                sealed.extend(file.seal()?);
            }
        }
        let kind = place.kind();
        let page = if self.out.no_report { None } else { page_of(kind, &answer.document, self.quiet) };
        for (name, text) in page.iter().map(|(name, text)| (*name, text)).chain([(kind.main, &answer.document)]) {
            let mut file = place.create(name)?;
            let path = file.path().to_owned();
            file.write_all(text.as_bytes()).map_err(|error| StoreError::io("write", &path, error))?;
            sealed.push(file.seal()?);
        }
        place.publish(sealed)?;
        if self.out.no_report { Ok(()) } else { show_in_run(place.path(), self.quiet) }
    }
}

/// Says why an arm stopped, with the command that shows the trial; `changes` are those of that arm.
pub(super) fn arm_stopped(file: &Path, stop: &ArmStop, seed: u64, changes: &ChangeArgs) -> Exit {
    stopped(file, &stop.stop, seed, changes);
    Exit::Incomplete
}

/// A study that was interrupted before there was anything to tell.
pub(super) fn nothing_done(file: &Path, before: &str) -> Exit {
    fault(&format!("{}: interrupted before {before}", shown(file)));
    Exit::Interrupted
}
