//! Cells are what they mean, or it is asked what they mean.

use super::*;

/// Rows of `cell(i)` beside the classes u and v in turn.
fn column(name: &str, rows: usize, cell: impl Fn(usize) -> String) -> String {
    let row = |i: usize| format!("{},{}\n", cell(i), ["u", "v"][i % 2]);
    format!("{name},y\n{}", (0..rows).map(row).collect::<String>())
}

/// Only what is to be asked of a column `x`.
fn asked(text: &str, settings: Value) -> String {
    let text = message(text, settings);
    let line = text.lines().find(|line| line.contains(" → "));
    line.unwrap_or_else(|| panic!("nothing is asked: {text}"))
        .trim()
        .to_owned()
}

/// With one rule for column `x`.
fn ruled(text: &str, rule: Value) -> Dataset {
    load_text(text, settings(json!({"columns": {"x": rule}, "target": "y"})), &[]).unwrap()
}

#[test]
fn numbers_keep_their_digits_until_they_are_scaled() {
    // Nanoseconds, minutes apart.
    let text = column("x", 60, |i| format!("17000000{:02}000000000.5", i));
    let data = load_text(text, json!({"target": "y"}), &[]).unwrap();
    let raw = data.train.inputs[0].numbers(0).unwrap()[0];
    let row = f64::from(data.train.rows[0]);
    assert_eq!(raw, 1.7e18 + row * 1e9);
    let target = column("x", 60, |i| format!("{i}"))
        .replace(",u", ",1700000000.25")
        .replace(",v", ",1700000001.75");
    let data = load_text(target, json!({"target": "y", "target_type": "values"}), &[]).unwrap();
    let exact: Vec<f64> = (0..data.train.len())
        .map(|row| data.train.targets[0].numbers(row).unwrap()[0])
        .collect();
    assert!(
        exact.iter().all(|x| [1_700_000_000.25, 1_700_000_001.75].contains(x)),
        "{exact:?}"
    );
    let far = message(
        column("x", 60, |i| format!("{}", 1_700_000_000 + 2 * i)),
        json!({"normalize": "none"}),
    );
    assert!(
        far.contains("'x' differ, such as") && far.contains("{scale: standardize}"),
        "{far}"
    );
    ruled(
        &column("x", 60, |i| format!("{}", 1_700_000_000 + 2 * i)),
        json!({"scale": "standardize"}),
    );
}

#[test]
fn numbers_may_be_beyond_those_of_32_bits() {
    let text = column("x", 30, |i| format!("{}e39", i * 7 % 30 + 1));
    let data = load_text(&text, json!({}), &[]).unwrap();
    assert!(data.normalization.mean[0] > 1e40 && data.normalization.std[0] > 1e39);
    let refused = message(&text, json!({"normalize": "none"}));
    assert!(refused.contains("beyond those of 32 bits"), "{refused}");
    // Their sum is beyond those of 64 bits.
    let huge = column(
        "x",
        30,
        |i| if i == 2 { String::new() } else { format!("1.{i:02}e308") },
    );
    let data = ruled(&huge, json!({"missing": "mean", "scale": "symmetric"}));
    assert!(
        notes(&data).contains("'x' with 1.") && notes(&data).contains("e308"),
        "{}",
        notes(&data)
    );
}

#[test]
fn indicators_stay_0_and_1() {
    let text = "a,b,y\n1,u,0\n5,v,1\n3,u,0\n4,v,1\n9,w,0\n2,v,1\n";
    let data = load_text(text, json!({"categories": "one_hot", "test_split": 0.2}), &[]).unwrap();
    assert_eq!(data.normalization.mean[1..], [0.0; 3]);
    assert_eq!(data.normalization.std[1..], [1.0; 3]);
    assert_ne!(data.normalization.mean[0], 0.0);
    assert!(
        notes(&data).contains("4 inputs of 2 columns: 1 standardized, 3 as they are"),
        "{}",
        notes(&data)
    );
    let scaled = json!({"columns": {"b": {"encoding": "one_hot", "scale": "standardize"}, "a": {"scale": "none"}}});
    let data = load_text(text, scaled, &[]).unwrap();
    assert_eq!((data.normalization.mean[0], data.normalization.std[0]), (0.0, 1.0));
    assert_ne!(data.normalization.mean[2], 0.0);
    let before = json!({"categories": "one_hot", "test_split": 0.2, "reading": "by_letter"});
    let before = load_text(text, before, &[]).unwrap();
    assert!(before.normalization.mean.iter().all(|mean| *mean != 0.0));
}

#[test]
fn equal_numbers_are_one_category_and_one_marker() {
    let text = column("x", 12, |i| ["1", "1.0", "+1", "2", "2.00", "02"][i % 6].to_owned());
    let data = ruled(&text, json!({"type": "category", "encoding": "one_hot"}));
    assert_eq!(data.info.features().unwrap(), ["x=1", "x=02", "x=2"].map(String::from));
    let gaps = column("x", 12, |i| ["-99.00", "3", "4", "-9.9e1"][i % 4].to_owned());
    let marked = json!({"missing_markers": ["-99"], "missing": "zero"});
    let data = load_text(&gaps, settings(marked), &[]).unwrap();
    assert!(notes(&data).contains("'x' with 0 (zero, 6 cells)"), "{}", notes(&data));
}

#[test]
fn amounts_shares_and_dates_are_asked_about() {
    for (cells, what, rule) in [
        (
            &["$1,250", "$999"][..],
            "numbers with '$'",
            "{unit: '$', thousands: ','}",
        ),
        (&["12 %", "7.5 %"], "numbers with '%'", "{unit: '%'}"),
        (&["1,5", "22,75"], "decimal commas", "{decimal: ','}"),
        (&["1.234,5", "900"], "divided by '.'", "{decimal: ',', thousands: '.'}"),
        (&["12,345,678", "900"], "divided by ','", "{thousands: ','}"),
        (&["1 234", "12"], "divided by ' '", "{thousands: ' '}"),
    ] {
        let text = column("x", 12, |i| format!("\"{}\"", cells[i % cells.len()]));
        let told = asked(&text, json!({"categories": "one_hot"}));
        assert!(told.contains(what) && told.contains(rule), "{told}");
        // The rule leads on.
        let rule = runner_declare::Value::Object(
            rule.trim_matches(['{', '}'])
                .split(", ")
                .map(|pair| pair.split_once(": ").unwrap())
                .map(|(key, value)| (key.to_owned(), json!(value.trim_matches('\''))))
                .collect(),
        );
        assert_eq!(ruled(&text, rule).info.features().unwrap(), ["x"]);
        assert!(
            ruled(&text, json!({"type": "category", "encoding": "one_hot"}))
                .info
                .width()
                > 1
        );
    }
    let dates = column("x", 12, |i| format!("2024-0{}-1{}", i % 9 + 1, i % 3));
    assert!(asked(&dates, json!({"categories": "one_hot"})).contains("dates or times"));
    let either = column("x", 6, |i| format!("\"{},500\"", i + 1));
    let told = asked(&either, json!({}));
    assert!(told.contains("{thousands: ','} or {decimal: ','}"), "{told}");
    let dollars = ruled(
        &column("x", 4, |i| format!("\"-${},500\"", i + 1)),
        json!({"unit": "$", "thousands": ","}),
    );
    assert!(train(&dollars).contains(&-2500.0), "{:?}", train(&dollars));
}

#[test]
fn a_target_that_looks_like_amounts_is_asked_about() {
    let text = |cell: &dyn Fn(usize) -> String| {
        format!(
            "x,y\n{}",
            (0..30).map(|i| format!("{i}.5,{}\n", cell(i))).collect::<String>()
        )
    };
    let euros = text(&|i| format!("€{i}.50"));
    assert!(
        message(&euros, json!({})).contains("{unit: '€'}"),
        "{}",
        message(&euros, json!({}))
    );
    let data = load_text(&euros, json!({"columns": {"y": {"unit": "€"}}}), &[]).unwrap();
    assert_eq!(data.info.target(), Some(&FieldKind::numbers(vec!["y".into()])));
    let names = text(&|i| format!("name{i}"));
    assert!(message(&names, json!({})).contains("too many to be classes"));
    load_text(&names, json!({"target_type": "classes"}), &[]).unwrap();
}

#[test]
fn names_and_numbers_of_rows_are_asked_about() {
    let names = column("x", 40, |i| format!("user{i}"));
    let told = asked(&names, json!({"categories": "one_hot"}));
    assert!(
        told.contains("40 different words in 40 cells") && told.contains("{drop: true}"),
        "{told}"
    );
    assert!(
        ruled(&names, json!({"type": "category", "encoding": "one_hot"}))
            .info
            .width()
            > 35
    );
    for (name, first, step) in [("", 0, 1), ("Unnamed: 0", 0, 1), ("id", 1, 1), ("customer_id", 100, 7)] {
        let text = format!(
            "{name},x,y\n{}",
            (0..20)
                .map(|i| format!("{},0.{},{}\n", first + step * i, i * 7 % 10, i % 2))
                .collect::<String>()
        );
        let told = asked(&text, json!({}));
        assert!(told.contains("numbers the rows"), "{told}");
        let name = if name.is_empty() { "0" } else { name };
        let data = load_text(&text, json!({"columns": {name: {"drop": true}}}), &[]).unwrap();
        assert_eq!(data.info.features().unwrap(), ["x"]);
        load_text(&text, json!({"columns": {name: {"type": "number"}}}), &[]).unwrap();
    }
    // Not by its name: it may be a time.
    let steps = load_text(column("step", 20, |i| i.to_string()), json!({}), &[]).unwrap();
    assert!(notes(&steps).contains("'step' counts the rows"), "{}", notes(&steps));
}

#[test]
fn words_need_an_order_to_be_ordinal() {
    let text = column("x", 12, |i| ["Low", "High", "Medium"][i % 3].to_owned());
    let told = asked(&text, json!({"categories": "ordinal"}));
    assert!(told.contains("{order: [Low, Medium, High]}"), "{told}");
    let data = ruled(&text, json!({"order": ["Low", "Medium", "High"]}));
    assert!(
        notes(&data).contains("'x' ordinal (Low < Medium < High)"),
        "{}",
        notes(&data)
    );
    for (row, x) in data.train.rows.iter().zip(train(&data)) {
        assert_eq!(x, [0.0, 2.0, 1.0][*row as usize % 3]);
    }
    let lacking = asked(&text, json!({"columns": {"x": {"order": ["Low", "High"]}}}));
    assert!(
        lacking.contains("lacks 1 of its 3 words, such as 'Medium'"),
        "{lacking}"
    );
    let more = ruled(&text, json!({"order": ["None", "Low", "Medium", "High"]}));
    assert!(notes(&more).contains("'None'"), "{}", notes(&more));
    let letters = ruled(&text, json!({"order": "alphabetical"}));
    assert!(notes(&letters).contains("(High < Low < Medium)"), "{}", notes(&letters));
    // Numbers are in order by themselves.
    let numbers = column("x", 12, |i| ["10", "9", "2"][i % 3].to_owned());
    let data = ruled(&numbers, json!({"type": "category", "encoding": "ordinal"}));
    assert!(notes(&data).contains("(2 < 9 < 10)"), "{}", notes(&data));
}

#[test]
fn rules_that_would_have_no_effect_are_refused() {
    let text = column("x", 12, |i| i.to_string());
    for (rule, key) in [
        (json!({"order": ["1"], "type": "number"}), "type"),
        (json!({"order": ["1"], "encoding": "one_hot"}), "order"),
        (json!({"order": ["1", "1.0"]}), "order"),
        (json!({"encoding": "one_hot", "categories": "one_hot"}), "categories"),
        (json!({"unit": "$", "type": "category"}), "unit"),
        (json!({"thousands": "."}), "thousands"),
        (json!({"unit": " "}), "unit"),
    ] {
        let error = load_text(&text, json!({"columns": {"x": rule}, "decimal": "."}), &[]).expect_err("an error");
        let paths: Vec<String> = error
            .problems()
            .iter()
            .map(|problem| problem.path.to_string())
            .collect();
        assert_eq!(paths, [format!("dataset.columns.x.{key}")], "{error}");
    }
    let error = load_text(&text, json!({"decimal": ",", "thousands": ","}), &[]).expect_err("an error");
    assert!(error.to_string().contains("dataset.thousands"), "{error}");
    let target = load_text(&text, json!({"columns": {"y": {"order": ["u", "v"]}}}), &[]).expect_err("an error");
    assert!(target.to_string().contains("dataset.columns.y.order"), "{target}");
}

#[test]
fn excel_says_what_divides_cells() {
    let data = load_text(
        "sep=;\r\na;b;y\r\n1,5;2;u\r\n2,5;3;v\r\n1;2;u\r\n",
        json!({"decimal": ","}),
        &[],
    )
    .unwrap();
    assert_eq!(data.info.features().unwrap(), ["a", "b"]);
    let error = message("sep=;\na;y\n1;u\n2;v;w\n", json!({}));
    assert!(error.contains("t.csv:4: 3 cells"), "{error}");
    assert!(message("sep=;\n", json!({})).contains("the file ends behind its line 'sep='"));
}

#[test]
fn a_quote_that_swallows_rows_is_asked_about() {
    let row = |i: usize| {
        format!(
            "{i}\t{}\t{}\n",
            ["\"inch", "foot"][usize::from(i % 7 != 3)],
            ["u", "v"][i % 2]
        )
    };
    let text = format!("a\tb\ty\n{}", (0..30).map(row).collect::<String>());
    let told = message(&text, json!({"categories": "one_hot"}));
    assert!(
        told.contains("t.csv:5: a quote is opened here and closed in line 12"),
        "{told}"
    );
    let data = load_text(
        &text,
        json!({"categories": "one_hot", "quotes": false, "columns": {"a": {"type": "number"}}}),
        &[],
    )
    .unwrap();
    assert_eq!(data.info.rows.iter().sum::<usize>(), 30);
    let lines = "a,b,y\n1,\"two\nlines\",u\n2,one,v\n3,one,u\n";
    load_text(lines, json!({"categories": "one_hot"}), &[]).unwrap();
}

#[test]
fn one_rule_is_for_numbers_and_one_for_words() {
    let text = "a,b,c,y\n1,u,q,0\n,v,p,1\n3,,q,0\n4,v,q,1\n5,v,q,0\n6,v,q,1\n";
    let told = message(text, json!({"missing": "median", "categories": "one_hot"}));
    assert!(
        told.contains("'missing: {numbers: median, words: most_frequent}'"),
        "{told}"
    );
    let both = json!({"missing": {"numbers": "median", "words": "most_frequent"}, "categories": "one_hot"});
    let data = load_text(text, settings(both), &[]).unwrap();
    assert!(
        notes(&data).contains("(median, 1 cell), 'b' with 'v' (most frequent, 1 cell)"),
        "{}",
        notes(&data)
    );
    let fills = serde_json::to_value(&data.info.columns).unwrap();
    assert_eq!(fills[2]["fill"], "q", "a gap of new rows has a rule");
    let half = json!({"missing": "median", "categories": "one_hot", "columns": {"b": {"missing": "most_frequent"}}});
    let data = load_text(text, settings(half), &[]).unwrap();
    assert!(
        notes(&data).contains("should new rows have any in c"),
        "{}",
        notes(&data)
    );
}

#[test]
fn what_was_decided_about_the_header_is_said() {
    let years = "1990,2000,2010,kind\n0.5,0.1,0.7,u\n0.2,0.3,0.1,v\n0.5,0.9,0.7,u\n0.2,0.3,0.8,v\n";
    let data = load_text(years, json!({}), &[]).unwrap();
    assert_eq!(data.info.features().unwrap(), ["1990", "2000", "2010"]);
    assert!(
        notes(&data).contains("count on across the columns: 1990, 2000, 2010"),
        "{}",
        notes(&data)
    );
    assert!(data.info.dialect.unwrap().header);
    let unknown = "0.3,0.5,rare\n0.1,0.9,u\n0.5,0.2,v\n0.2,0.6,u\n0.6,0.1,v\n";
    let asked = message(unknown, json!({}));
    assert!(
        asked.contains("t.csv:1: whether the first line names the columns cannot be known"),
        "{asked}"
    );
    assert!(asked.contains("'header: true' or 'header: false'"), "{asked}");
    for header in [true, false] {
        load_text(unknown, json!({"header": header}), &[]).unwrap();
    }
}

#[test]
fn digits_beyond_64_bits_are_asked_about() {
    let text = column("x", 30, |i| format!("1000000000000000{:02}", i * 7 % 30));
    let told = asked(&text, json!({}));
    assert!(
        told.contains("more digits than 64 bits hold") && told.contains("t.csv:3"),
        "{told}"
    );
    ruled(&text, json!({"type": "category", "encoding": "one_hot"}));
    ruled(&text, json!({"type": "number", "scale": "standardize"}));
    // All digits of these are zeros, or few.
    load_text(column("x", 30, |i| format!("{}e17", i * 7 % 30)), json!({}), &[]).unwrap();
    load_text(
        column("x", 30, |i| format!("{}00000000000000000", i * 7 % 30)),
        json!({}),
        &[],
    )
    .unwrap();
    let target = format!(
        "x,y\n{}",
        (0..30)
            .map(|i| format!("{i}.5,1000000000000000{i:02}\n"))
            .collect::<String>()
    );
    assert!(message(&target, json!({})).contains("the target 'y' has whole numbers with more digits"));
}

#[test]
fn numbers_among_words_are_asked_about() {
    let text = column("x", 40, |i| {
        if i % 4 == 0 {
            "NULL".to_owned()
        } else {
            format!("0.{i}")
        }
    });
    let told = asked(&text, json!({"categories": "one_hot"}));
    assert!(
        told.contains("30 numbers and 10 cells that are none, the first 'NULL'"),
        "{told}"
    );
    let marked = json!({"missing_markers": ["NULL"], "missing": "median"});
    load_text(&text, settings(marked), &[]).unwrap();
    assert!(
        ruled(&text, json!({"type": "category", "encoding": "one_hot"}))
            .info
            .width()
            > 20
    );
    // Written with a point, where the recipe says otherwise.
    let points = column("x", 12, |i| format!("{i}.25"));
    let told = asked(&points, json!({"decimal": ","}));
    assert!(told.contains("{decimal: '.', thousands: none}"), "{told}");
    let rule = json!({"columns": {"x": {"decimal": ".", "thousands": "none"}}, "decimal": ","});
    load_text(&points, rule, &[]).unwrap();
}

#[test]
fn an_order_that_nobody_knows_is_not_proposed() {
    let text = column("x", 12, |i| ["Agree", "Neutral", "Disagree"][i % 3].to_owned());
    let told = asked(&text, json!({"categories": "ordinal"}));
    assert!(
        told.contains("[LEAST, …, GREATEST]") && told.contains("(Agree, Disagree, Neutral)"),
        "{told}"
    );
}
