//! Tables of fields, and the reader that turns a spanned table into typed values.
