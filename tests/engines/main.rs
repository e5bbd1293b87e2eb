//! The two engines agree. A program of its own, because the engine is compiled here for five widths of rows, which takes
//! minutes.

mod agree;
