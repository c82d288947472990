//! Calls where a preview1 host traps and a component must go on: pointers outside of memory, signals. The golden file
//! of a guest lists each call with the component's result and the preview1 host's behaviour.

use wasi_adapt_host::Exit;
use wasi_adapt_tests::guests::{Guest, Start};
use wasi_adapt_tests::{golden, run, test_guests};

fn check(guest: &Guest) {
    let [isolated, merged, component] = run::OURS.map(|adapter| run::with_adapter(guest, &guest.start(), adapter));
    assert_eq!(component.code(), 0, "{}", component.stdout);
    assert_eq!(isolated.code(), 0, "{}", isolated.stdout);
    assert_eq!(isolated.stdout, merged.stdout);
    assert_eq!(isolated.stdout, component.stdout);
    let (calls, count) =
        component.stdout.trim_end().rsplit_once("\ncases ").expect("the guest says how many cases it has");
    assert_eq!(calls.lines().count(), count.parse::<usize>().unwrap(), "one line for each case");
    let mut report = String::new();
    for (case, call) in calls.lines().enumerate() {
        let alone = Start { args: vec!["guest".into(), case.to_string()], ..guest.start() };
        let preview1 = run::on_preview1(guest, &alone);
        let outcome = match preview1.exit {
            Exit::Trap(_) => "traps".to_owned(),
            Exit::Code(_) => preview1
                .stdout
                .lines()
                .next()
                .and_then(|line| line.rsplit_once(" = "))
                .map_or_else(|| "exits".to_owned(), |(_, errno)| errno.to_owned()),
        };
        report += &format!("{call}; preview1 host: {outcome}\n");
    }
    golden::check(&format!("{}.txt", guest.id), &report);
}

test_guests!(for_each_traps by check);
