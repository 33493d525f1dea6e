/**
 * Words that a column cannot be named without quotes in at least one of PostgreSQL, Redshift, Snowflake, BigQuery,
 * MySQL, SQL Server and DuckDB, and PostgreSQL's system columns. From their lists of reserved words.
 */
const WORDS = `
accessible account add aes128 aes256 all allowoverwrite alter analyse analyze and any array as asc asensitive assert
assert_rows_modified asymmetric at authorization az64 backup before begin between bigint binary blanksasnull blob both
break browse bulk by bytedict bzip2 call cascade case cast change char character check checkpoint close clustered cmax
cmin coalesce collate collation column commit compute concurrently condition connect connection constraint contains
containstable continue convert create credentials cross ctid cube cume_dist current current_catalog current_date
current_role current_schema current_time current_timestamp current_user current_user_id cursor database databases
day_hour day_microsecond day_minute day_second dbcc deallocate dec decimal declare default deferrable define deflate
defrag delayed delete deletexid delta delta32k dense_rank deny desc describe deterministic disable disk distinct
distinctrow distributed div do double drop dual dump each else elseif empty emptyasnull enable enclosed encode encrypt
encryption end enum errlvl escape escaped except exclude exec execute exists exit explain explicit external extract
false fetch file fillfactor first_value float float4 float8 following for force foreign freetext freetexttable freeze
from full fulltext function generated get globaldict256 globaldict64k goto grant group grouping groups gscluster gzip
hash having high_priority holdlock hour_microsecond hour_minute hour_second identity identity_insert identitycol if
ignore ilike in increment index infile initially inner inout insensitive insert insertxid int int1 int2 int3 int4 int8
integer intersect interval into io_after_gtids io_before_gtids is isnull issue iterate join json_table key keys kill
lag lambda language last_value lateral lead leading leave left like limit linear lineno lines load localtime
localtimestamp lock long longblob longtext lookup loop low_priority lun luns lzo lzop manual master_bind
master_ssl_verify_server_cert match maxvalue mediumblob mediumint mediumtext merge middleint minus minute_microsecond
minute_second mod modifies mostly16 mostly32 mostly8 national natural new no no_write_to_binlog nocheck nonclustered
not notnull nth_value ntile null nullif nulls numeric of off offline offset offsets oid old on online only open
opendatasource openquery openrowset openxml optimize optimizer_costs option optionally or order organization out outer
outfile over overlaps parallel partition percent percent_rank permissions pivot pivot_longer pivot_wider placing plan
preceding precision primary print proc procedural procedure proto public purge qualify raiserror range rank raw read
read_write readratio reads readtext real reconfigure recover recursive references regexp rejectlog release rename
repeat replace replication require resignal resort respect restore restrict return returning revert revoke right rlike
rollback rollup row row_number rowcount rowguidcol rownum rows rule sample save schema schemas second_microsecond
securityaudit select semantickeyphrasetable semanticsimilaritydetailstable semanticsimilaritytable sensitive separator
session_user set setuser show shutdown signal similar smallint snapshot some spatial specific sql sql_big_result
sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl start starting statistics stored
straight_join struct summarize symmetric sysdate system system_user table tableoid tablesample tag tdes terminated
text255 text32k textsize then timestamp tinyblob tinyint tinytext to top trailing tran transaction treat trigger true
truncate truncatecolumns try_cast try_convert tsequal unbounded undo union unique unlock unnest unpivot unsigned
update updatetext usage use user using utc_date utc_time utc_timestamp values varbinary varchar varcharacter variadic
varying verbose view virtual waitfor wallet when whenever where while window with within without write writetext xmax
xmin xor year_month zerofill
`

export const SQL_WORDS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/))
