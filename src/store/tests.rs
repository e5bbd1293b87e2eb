//! What is written is read back; what cannot be written leaves nothing; what is damaged is refused.

mod part;
mod place;
mod rows;
mod table;
