//! Published vectors of signature version 2.

use super::*;
