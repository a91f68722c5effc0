"""The steps of the schema after the first, a module each: once released, never edited."""
