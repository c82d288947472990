//! A program must not be able to tell that it has been moved.

mod cases;
mod damage;
mod random;
mod side_by_side;
