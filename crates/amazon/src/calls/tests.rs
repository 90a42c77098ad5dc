//! The parameters of every call are read back as they were written, and limits are kept.

use super::*;
