use super::*;
use crate::seal::Variable;
use crate::{Linker, ProblemCode, World};

#[test]
fn templates_name_their_faults() {
    let error = |template: &str| Cgi::new().variable("NAME", template).unwrap_err();
    assert!(error("${NOTHING}").to_string().starts_with("`${NOTHING}` is no variable of CGI"));
    assert_eq!(error("${PATH_INFO"), CgiError::Unclosed("${PATH_INFO".into()));
    assert_eq!(error("a\0"), CgiError::Zero("a\0".into()));
    assert_eq!(Cgi::new().variable("A=B", "").unwrap_err(), CgiError::Name("A=B".into()));
    assert_eq!(Cgi::new().argument("${ARGS}!").unwrap_err(), CgiError::Unknown("ARGS".into()));
}

#[test]
fn each_variable_of_wagi_has_pieces() {
    for name in wagi::NAMES {
        assert!(wagi::pieces(name).is_some(), "{name}");
    }
    let given = Cgi::new().wagi(true).argument("${SCRIPT_NAME}").unwrap().argument("${ARGS}").unwrap();
    assert_eq!(Cgi::new().wagi(true).tables(), given.tables());
}

#[test]
fn options_do_not_overflow_the_memory_below_the_program() {
    let cgi = Cgi::new().body_limit(u32::MAX).buffer(u32::MAX);
    assert!(cgi.pages() <= crate::AdapterPages::MAX.get(), "{}", cgi.pages());
    assert!(Cgi::new().pages() <= crate::AdapterPages::default().get());
}

#[test]
fn sealed_values_are_templates() {
    let variable = |value: &str| Variable::new("NAME", value).unwrap();
    let seal = Seal::new().variable(variable("${PATH_INFO}")).argument("${ARGS}".parse().unwrap());
    let expected = Cgi::new().variable("NAME", "${PATH_INFO}").unwrap().argument("${ARGS}").unwrap();
    assert_eq!(Cgi::new().sealed(&seal).unwrap().tables(), expected.tables());
}

#[test]
fn sealed_values_that_fit_no_request_are_named_together() {
    let module = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;
    let nothing = Variable::new("NAME", "${NOTHING}").unwrap();
    let seal = Seal::new().variable(nothing).argument("${ARGS".parse().unwrap()).stdin(Vec::new());
    let report = Linker::new().world(World::Http).seal(seal.clone()).inspect(module.as_bytes()).unwrap();
    let codes: Vec<_> = report.problems.iter().map(|problem| problem.code).collect();
    use ProblemCode::{NoProgramName, UnfitCgi};
    assert_eq!(codes, [UnfitCgi, UnfitCgi, UnfitCgi, NoProgramName]);
    assert!(Linker::new().world(World::Http).seal(seal).link(module.as_bytes()).is_err());
}
