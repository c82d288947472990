// The core modules of the tool, compiled, by name: the page has them.
export default {};
