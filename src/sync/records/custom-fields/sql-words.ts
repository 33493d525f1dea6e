/**
 * Words that a column cannot be named without quotes in at least one of PostgreSQL, Redshift, Snowflake, BigQuery,
 * MySQL and SQL Server, and PostgreSQL's system columns. From their lists of reserved words.
 */
const WORDS = `
account add all alter analyse analyze and any array as asc assert assert_rows_modified asymmetric at authorization backup begin
between binary both break browse bulk by cascade case cast check checkpoint close clustered coalesce collate collation
column commit compute concurrently condition connect connection constraint contains continue convert create cross cube
current current_catalog current_date current_role current_schema current_time current_timestamp current_user cursor
database databases day_hour dbcc deallocate declare default deferrable define delete delayed deny desc describe distinct
distributed div do double drop dual each else elseif enclosed end enum errlvl escape escaped except exclude exec execute
exists exit explain external extract false fetch file fillfactor float following for force foreign freetext freeze from
full fulltext function generated goto grant group grouping groups gscluster hash having high_priority hour_minute holdlock
identity if ignore ilike in increment index infile initially inner inout insensitive insert int integer intersect interval
into is isnull issue iterate join key keys kill lateral leading leave left like limit lineno linear lines load
localtime localtimestamp lock long lookup loop low_priority match maxvalue merge minus mod modifies national natural new
no nocheck nonclustered not notnull null nullif numeric of off offline offset offsets oid old on online only open option
optimize or order organization out outer outfile over overlaps partition percent pivot placing plan precision preceding
primary print proc procedure procedural public purge qualify raiserror range rank read reads real recursive
references regexp release rename repeat replace replication require resignal respect restrict restore return returning
revert revoke right rlike rollback rollup row rowcount rownum rows sample save schema schemas select semantickey
sensitive separator session_user set setuser show shutdown signal similar smallint some spatial sql sqlexception sqlstate
sqlwarning ssl start starting statistics straight_join struct symmetric sysdate system system_user table tablesample
terminated textsize then tinyint to top trailing tran transaction treat trigger true truncate try_cast try_convert
tsequal unbounded undo union unique unlock unpivot unsigned update updatetext usage use user using utc_date utc_time
utc_timestamp values varbinary varchar varying verbose view waitfor when whenever where while window with within without
write writetext xor year_month zerofill
cmax cmin ctid deletexid insertxid tableoid xmax xmin
`

export const SQL_WORDS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/))
