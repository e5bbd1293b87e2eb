//! The rule language: text to tree to typed core nodes.
//!
//! Expressions are small, typed and total: no loops, no recursion, no draws. [`parser`] makes a tree
//! with a place on every part; [`check`] gives it types and lowers it to the nodes of a [`Pool`],
//! which is all that the interpreter and the engine see. The language knows nothing of scenarios:
//! what a name means is asked of a [`check::Scope`].

pub mod ast;
pub mod builtins;
pub mod check;
pub mod claim;
pub mod core;
pub mod lexer;
pub mod listing;
pub mod parser;
pub mod range;
pub mod template;
pub mod types;

pub use ast::{Ast, AstKind, BinaryOp, UnaryOp, Word};
pub use core::{Binary, CellId, DrawIx, ExprId, History, HistoryKind, Node, ParamId, Pool, RisesId, SeenId, TableId, TrackId, Unary};
pub use types::{CategoriesId, LadderId, RegimeId, Type, Unit};
