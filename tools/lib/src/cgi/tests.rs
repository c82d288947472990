use super::*;

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
fn options_do_not_overflow_the_memory_below_the_program() {
    let cgi = Cgi::new().body_limit(u32::MAX).buffer(u32::MAX);
    assert!(cgi.pages() <= crate::AdapterPages::MAX.get(), "{}", cgi.pages());
    assert!(Cgi::new().pages() <= crate::AdapterPages::default().get());
}
