// Nothing: the target that compiles the tests' common headers once needs a source.
