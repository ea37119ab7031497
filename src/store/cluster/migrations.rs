//! The numbered migrations of `cql/`, which become part of the program.

mod phase;

pub(super) use phase::Phase;

/// A change of the schema.
#[derive(Debug)]
pub(super) struct Migration {
    /// Its place in the order.
    pub(super) number: i32,
    /// The rest of its file's name.
    pub(super) name: &'static str,
    text: &'static str,
}

/// All that this program needs, in order, from 1 on without a gap.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, name: "birthdays", text: include_str!("../../../cql/0001_birthdays.cql") },
    Migration { number: 2, name: "canaries", text: include_str!("../../../cql/0002_canaries.cql") },
];

/// The tables of `migrate` itself.
pub(super) const BOOKKEEPING: Migration =
    Migration { number: 0, name: "bookkeeping", text: include_str!("../../../cql/0000_bookkeeping.cql") };

/// A column that the program reads or writes, as the cluster describes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Which migration makes it.
    pub(super) migration: i32,
    pub(super) table: &'static str,
    pub(super) name: &'static str,
    /// `partition_key`, `clustering`, `static` or `regular`.
    pub(super) kind: &'static str,
    /// Its type in CQL.
    pub(super) cql_type: &'static str,
}

/// Every column that the program uses; a table may have more regular ones.
pub(super) const COLUMNS: &[Column] = &[
    column(1, "birthdays", "username", "partition_key", "text"),
    column(1, "birthdays", "date_of_birth", "regular", "date"),
    column(2, "canaries", "region", "partition_key", "text"),
    column(2, "canaries", "beat", "regular", "timestamp"),
];

const fn column(
    migration: i32,
    table: &'static str,
    name: &'static str,
    kind: &'static str,
    cql_type: &'static str,
) -> Column {
    Column { migration, table, name, kind, cql_type }
}

impl Migration {
    /// Its file's name without the ending.
    pub(super) fn title(&self) -> String {
        format!("{:04}_{}", self.number, self.name)
    }

    /// Whom it is compatible with.
    pub(super) fn phase(&self) -> Option<Phase> {
        Phase::of(self.text)
    }

    /// What to run, in this order. Each may be run again.
    pub(super) fn statements(&self, keyspace: &str) -> Vec<String> {
        self.bare_statements().map(|statement| fill_in(&statement, keyspace)).collect()
    }

    /// Tells a changed migration. It covers the statements and not the comments, which may be mended, and
    /// catches slips: it is no protection against somebody who may change the schema anyway.
    pub(super) fn checksum(&self) -> String {
        let mut digest = crc32fast::Hasher::new();
        for statement in self.bare_statements() {
            digest.update(statement.as_bytes());
            digest.update(b";");
        }
        format!("{:08x}", digest.finalize())
    }

    /// The statements without comments, each on one line.
    fn bare_statements(&self) -> impl Iterator<Item = String> {
        let code: Vec<_> =
            self.text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
        let statements: Vec<_> = code
            .join("\n")
            .split(';')
            .map(|statement| statement.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|statement| !statement.is_empty())
            .collect();
        statements.into_iter()
    }
}

/// Puts the keyspace for `{keyspace}` and the id of a table for `{id:table}`.
fn fill_in(statement: &str, keyspace: &str) -> String {
    let mut parts = statement.split("{id:");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (table, rest) = part.split_once('}').unwrap_or((part, ""));
        filled.push_str(&table_id(keyspace, table));
        filled.push_str(rest);
    }
    filled.replace("{keyspace}", keyspace)
}

/// The id of a table: fixed by the keyspace's and the table's names. Two nodes that make the table at the
/// same moment so make the same one. Two keyspaces of a cluster must not share an id, and do not.
///
/// It is the 128-bit FNV-1a hash of both names, marked as a UUID of version 8: made by a rule of one's own.
pub(super) fn table_id(keyspace: &str, table: &str) -> String {
    const OFFSET_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = keyspace
        .bytes()
        .chain(*b".")
        .chain(table.bytes())
        .fold(OFFSET_BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    let marked = hash & !(0xF << 76) & !(0x3 << 62) | (0x8 << 76) | (0x2 << 62);
    let digits = format!("{marked:032x}");
    let groups = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    groups.join("-")
}

#[cfg(test)]
mod tests {
    use super::{BOOKKEEPING, COLUMNS, MIGRATIONS, Migration, table_id};
    use std::collections::BTreeSet;
    use std::fs;

    #[test]
    fn the_ids_of_the_default_keyspace_never_change() {
        let ids: Vec<_> = ["migrations", "migration_lock", "birthdays", "canaries"]
            .map(|table| table_id("jubilee", table))
            .to_vec();
        assert_eq!(
            ids,
            [
                "56ae0921-389d-81be-9d0a-7f8ea5402eac",
                "0b6cfed9-d6e5-8a0f-9ac9-afec03a14ccf",
                "a3772289-8af2-8b19-be26-1032adbc4f41",
                "c1c40dfd-d3be-813e-a36a-5ba74f1e5359",
            ]
        );
    }

    #[test]
    fn an_applied_migration_never_changes() {
        let checksums: Vec<_> = MIGRATIONS.iter().map(Migration::checksum).collect();
        assert_eq!(checksums, ["d453c684", "8ab217ff"]);
    }

    #[test]
    fn every_migration_says_its_phase() {
        for migration in MIGRATIONS.iter().chain([&BOOKKEEPING]) {
            assert!(migration.phase().is_some(), "{}: a line `-- phase: ...`", migration.title());
        }
    }

    #[test]
    fn no_two_tables_of_two_keyspaces_share_an_id() {
        let mut ids = BTreeSet::new();
        for keyspace in ["jubilee", "jubilee_2", "a", "ab"] {
            for table in ["birthdays", "canaries", "b"] {
                assert!(ids.insert(table_id(keyspace, table)), "{keyspace}.{table}");
            }
        }
    }

    #[test]
    fn every_file_is_in_the_list_and_the_numbers_have_no_gap() {
        let numbers: Vec<_> = MIGRATIONS.iter().map(|migration| migration.number).collect();
        assert_eq!(numbers, (1..).take(MIGRATIONS.len()).collect::<Vec<_>>());
        let mut titles: Vec<_> = MIGRATIONS.iter().map(|migration| migration.title() + ".cql").collect();
        titles.insert(0, BOOKKEEPING.title() + ".cql");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/cql");
        let files: BTreeSet<_> = fs::read_dir(folder)
            .expect("the folder")
            .filter_map(|file| file.expect("readable").file_name().into_string().ok())
            .filter(|name| name.ends_with(".cql"))
            .collect();
        assert_eq!(files.into_iter().collect::<Vec<_>>(), titles);
    }

    #[test]
    fn every_statement_may_be_run_again_and_every_new_table_has_a_fixed_id() {
        for migration in MIGRATIONS.iter().chain([&BOOKKEEPING]) {
            for statement in migration.statements("k") {
                assert!(statement.contains("IF NOT EXISTS k."), "{statement}");
                assert!(!statement.contains(['{', '}', ';']), "{statement}");
                assert!(
                    !statement.starts_with("CREATE TABLE") || statement.contains("WITH id = "),
                    "{statement}"
                );
            }
        }
    }

    #[test]
    fn a_mended_comment_is_no_change_and_a_changed_statement_is() {
        let with = |text| Migration { number: 1, name: "m", text }.checksum();
        assert_eq!(with("-- one\nCREATE a;\n"), with("-- two; three\nCREATE\n  a; -- four\n"));
        assert_ne!(with("CREATE a;"), with("CREATE b;"));
        assert_ne!(with("a; b;"), with("a b;"));
    }

    #[test]
    fn every_column_that_is_used_belongs_to_a_migration() {
        for column in COLUMNS {
            let migration = MIGRATIONS.iter().find(|migration| migration.number == column.migration);
            let made = migration.expect("a migration").statements("k").concat();
            assert!(made.contains(&format!("k.{} ", column.table)), "{column:?}");
            assert!(made.contains(&format!("{} {}", column.name, column.cql_type)), "{column:?}");
        }
    }
}
