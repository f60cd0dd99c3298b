-- What Redshift has and PostgreSQL hasn't. Run by the superuser in the database at every start, so everything here can be run again.
-- Functions and views live in pg_catalog: every session sees them whatever its search_path, and they are in nobody's way.
set allow_system_table_mods = on;
set client_min_messages = warning;

create schema if not exists sluice_local;
grant usage on schema sluice_local to public;

-- For the front: fails the client's transaction with a message of the front's own.
create or replace function sluice_local.raise(code text, message text) returns integer language plpgsql volatile as $$
begin
  raise exception using errcode = code, message = message;
end $$;

do $$ begin
  if to_regtype('pg_catalog.super') is null then
    create domain pg_catalog.super as jsonb;
  end if;
end $$;

-- Time. GETDATE is the statement's time and SYSDATE the transaction's, both in UTC, with microseconds.
create or replace function pg_catalog.getdate() returns timestamp language sql stable parallel safe
  as $$ select statement_timestamp() at time zone 'UTC' $$;
create or replace function pg_catalog.sysdate() returns timestamp language sql stable parallel safe
  as $$ select transaction_timestamp() at time zone 'UTC' $$;

create or replace function pg_catalog.dateadd(part text, n bigint, at timestamp) returns timestamp language sql immutable parallel safe as $$
  select at + case
    when lower(part) in ('quarter', 'quarters', 'qtr', 'q') then (3 * n || ' months')::interval
    when lower(part) in ('epoch') then (n || ' seconds')::interval
    else (n || ' ' || part)::interval end $$;
create or replace function pg_catalog.dateadd(part text, n bigint, at timestamptz) returns timestamptz language sql stable parallel safe
  as $$ select pg_catalog.dateadd(part, n, at at time zone 'UTC') at time zone 'UTC' $$;

-- How many borders of the part lie between the two.
create or replace function pg_catalog.datediff(part text, a timestamp, b timestamp) returns bigint language sql immutable parallel safe as $$
  select case
    when lower(part) in ('year', 'years', 'yr', 'yrs', 'y') then extract(year from b) - extract(year from a)
    when lower(part) in ('quarter', 'quarters', 'qtr', 'q')
      then 4 * (extract(year from b) - extract(year from a)) + extract(quarter from b) - extract(quarter from a)
    when lower(part) in ('month', 'months', 'mon', 'mons')
      then 12 * (extract(year from b) - extract(year from a)) + extract(month from b) - extract(month from a)
    when lower(part) in ('week', 'weeks', 'w') then (date_trunc('week', b)::date - date_trunc('week', a)::date) / 7
    when lower(part) in ('day', 'days', 'd') then b::date - a::date
    when lower(part) in ('hour', 'hours', 'hr', 'hrs', 'h')
      then (extract(epoch from date_trunc('hour', b)) - extract(epoch from date_trunc('hour', a))) / 3600
    when lower(part) in ('minute', 'minutes', 'min', 'mins', 'm')
      then (extract(epoch from date_trunc('minute', b)) - extract(epoch from date_trunc('minute', a))) / 60
    when lower(part) in ('second', 'seconds', 'sec', 'secs', 's')
      then extract(epoch from date_trunc('second', b)) - extract(epoch from date_trunc('second', a))
    when lower(part) in ('millisecond', 'milliseconds', 'ms', 'msec', 'msecs')
      then floor(extract(epoch from b) * 1000) - floor(extract(epoch from a) * 1000)
    when lower(part) in ('microsecond', 'microseconds', 'us', 'usec', 'usecs')
      then (extract(epoch from b) - extract(epoch from a)) * 1000000
  end::bigint $$;

create or replace function pg_catalog.convert_timezone(source text, target text, at timestamp) returns timestamp
  language sql stable parallel safe as $$ select (at at time zone source) at time zone target $$;
create or replace function pg_catalog.convert_timezone(target text, at timestamp) returns timestamp
  language sql stable parallel safe as $$ select (at at time zone 'UTC') at time zone target $$;
create or replace function pg_catalog.trunc(at timestamp) returns date language sql immutable parallel safe as $$ select at::date $$;
create or replace function pg_catalog.last_day(at timestamp) returns date language sql immutable parallel safe
  as $$ select (date_trunc('month', at) + interval '1 month - 1 day')::date $$;
create or replace function pg_catalog.add_months(at timestamp, n bigint) returns timestamp language sql immutable parallel safe
  as $$ select at + (n || ' months')::interval $$;

-- Text.
create or replace function pg_catalog.len(text) returns integer language sql immutable parallel safe as $$ select length($1) $$;
create or replace function pg_catalog.charindex(text, text) returns integer language sql immutable parallel safe
  as $$ select strpos($2, $1) $$;
create or replace function pg_catalog.regexp_replace(text, text) returns text language sql immutable parallel safe
  as $$ select regexp_replace($1, $2, '', 'g') $$;
create or replace function pg_catalog.nvl2(anyelement, anycompatible, anycompatible) returns anycompatible
  language sql immutable parallel safe as $$ select case when $1 is not null then $2 else $3 end $$;
create or replace function pg_catalog.sha2(text, integer) returns text language sql immutable parallel safe as $$
  select case $2 when 224 then encode(sha224(convert_to($1, 'UTF8')), 'hex') when 384 then encode(sha384(convert_to($1, 'UTF8')), 'hex')
    when 512 then encode(sha512(convert_to($1, 'UTF8')), 'hex') else encode(sha256(convert_to($1, 'UTF8')), 'hex') end $$;

-- JSON.
create or replace function pg_catalog.json_parse(text) returns pg_catalog.super language sql immutable parallel safe
  as $$ select $1::jsonb::pg_catalog.super $$;
create or replace function pg_catalog.json_serialize(jsonb) returns text language sql immutable parallel safe as $$ select $1::text $$;
create or replace function pg_catalog.can_json_parse(text) returns boolean language sql immutable parallel safe
  as $$ select pg_input_is_valid($1, 'jsonb') $$;
create or replace function pg_catalog.is_valid_json(text) returns boolean language sql immutable parallel safe
  as $$ select $1 is json object or $1 is json array $$;
create or replace function pg_catalog.json_extract_path_text(source text, variadic path text[]) returns text
  language sql immutable parallel safe as $$ select source::jsonb #>> path $$;
create or replace function pg_catalog.json_extract_array_element_text(source text, n integer) returns text
  language sql immutable parallel safe as $$ select case when n >= 0 then source::jsonb ->> n end $$;

create or replace function pg_catalog.json_typeof(jsonb) returns text language sql immutable parallel safe as $$ select jsonb_typeof($1) $$;

-- Navigation into SUPER, as the front rewrites it. Quoted names lose their capitals unless the session says otherwise, and a path
-- that leads nowhere is NULL.
create or replace function sluice_local.navigate(source jsonb, variadic path text[]) returns jsonb language sql stable parallel safe as $$
  select nullif(source #> case when lower(current_setting('redshift.enable_case_sensitive_identifier', true)) in ('true', 'on') then path
    else lower(path::text)::text[] end, 'null'::jsonb) $$;
-- A SUPER that is cast to VARCHAR: a string is without its quotes, and what is no scalar is NULL.
create or replace function sluice_local.super_text(jsonb) returns varchar language sql immutable parallel safe
  as $$ select case when jsonb_typeof($1) not in ('object', 'array') then $1 #>> '{}' end $$;
drop cast if exists (jsonb as varchar);
create cast (jsonb as varchar) with function sluice_local.super_text(jsonb);

-- COPY. The front keeps these in the session.
create or replace function pg_catalog.pg_last_copy_count() returns bigint language sql stable as $$
  select coalesce(nullif(current_setting('redshift.last_copy_count', true), ''), '0')::bigint $$;
create or replace function pg_catalog.pg_last_copy_id() returns bigint language sql stable as $$
  select coalesce(nullif(current_setting('redshift.last_copy_id', true), ''), '-1')::bigint $$;

create table if not exists sluice_local.load_history (
  username text, query_id bigint, table_name text, status text, start_time timestamp, end_time timestamp,
  query_text text, loaded_rows bigint, error_count bigint, source_file_count bigint, file_format text, data_source text);
create table if not exists sluice_local.load_errors (
  query_id bigint, start_time timestamp, table_name text, file_name text, line_number bigint, column_name text,
  column_type text, raw_field_value text, error_code integer, error_message text);
create index if not exists load_history_query_id on sluice_local.load_history (query_id);
create index if not exists load_errors_query_id on sluice_local.load_errors (query_id);
-- Redshift keeps its logs for about as long.
delete from sluice_local.load_errors where start_time < now() at time zone 'UTC' - interval '7 days';
delete from sluice_local.load_history where start_time < now() at time zone 'UTC' - interval '7 days';

create or replace view pg_catalog.sys_load_history as
  select 100 as user_id, query_id, status, table_name, start_time, end_time, loaded_rows, error_count,
    source_file_count, file_format, data_source, query_text
  from sluice_local.load_history;
create or replace view pg_catalog.sys_load_error_detail as
  select 100 as user_id, query_id, 'dev'::text as database_name, table_name, start_time, file_name, line_number,
    column_name, column_type, 0 as position, error_code, error_message, ''::text as raw_line, raw_field_value
  from sluice_local.load_errors;
create or replace view pg_catalog.stl_load_errors as
  select 100 as userid, 0 as slice, 0 as tbl, start_time as starttime, 0 as session, query_id as query, file_name as filename,
    line_number, column_name as colname, column_type as type, null::text as col_length, 0 as position, ''::text as raw_line,
    raw_field_value, error_code as err_code, error_message as err_reason
  from sluice_local.load_errors;
-- The driver's getTables and getColumns look for external schemas.
create or replace view pg_catalog.svv_external_schemas as
  select 0 as esoid, 0::smallint as eskind, ''::text as schemaname, 0 as esowner, ''::text as databasename, ''::text as esoptions
  where false;
create or replace function pg_catalog.pg_get_late_binding_view_cols() returns setof record language sql stable
  as $$ select ''::name, ''::name, ''::name, ''::text, 0 where false $$;
create or replace view pg_catalog.svv_table_info as
  select current_database()::text as database, n.nspname::text as schema, c.oid as table_id, c.relname::text as "table",
    (pg_total_relation_size(c.oid) / 1048576)::bigint as size, greatest(c.reltuples, 0)::numeric as tbl_rows
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'sluice_local', 'pg_toast');
grant select on pg_catalog.sys_load_history, pg_catalog.sys_load_error_detail, pg_catalog.stl_load_errors,
  pg_catalog.svv_external_schemas, pg_catalog.svv_table_info to public;

-- VARCHAR(n) and CHAR(n) count bytes: PostgreSQL counts characters, so each such column gets a check of its bytes. The front
-- gives its failure Redshift's words. Temporary tables have none: COPY measures bytes itself, and what is inserted from one into
-- a table is checked there.
create or replace function sluice_local.limit_bytes(target regclass) returns void language plpgsql as $$
declare
  changes text;
begin
  with wanted as (
    select a.attname, format('sluice_bytes_%s_%s', a.attnum, a.atttypmod - 4) as conname, a.atttypmod - 4 as bytes
    from pg_attribute a
    where a.attrelid = target and a.attnum > 0 and not a.attisdropped and a.atttypmod > 4
      and a.atttypid in ('varchar'::regtype, 'bpchar'::regtype)),
  present as (
    select c.conname::text from pg_constraint c where c.conrelid = target and c.conname like 'sluice\_bytes\_%')
  select string_agg(change, ', ') into changes from (
    select format('drop constraint %I', p.conname) as change from present p where p.conname not in (select conname from wanted)
    union all
    select format('add constraint %I check (octet_length(%I::text) <= %s)', w.conname, w.attname, w.bytes)
    from wanted w where w.conname not in (select conname from present)) x;
  if changes is not null then
    execute format('alter table %s %s', target, changes);
  end if;
end $$;

-- Redshift prunes by the sort key and joins by the distribution key; here they are indexes. Columns that may be longer than an
-- index entry are left out, as an index must never refuse a row.
create or replace function sluice_local.index_keys(target regclass, keys jsonb) returns void language plpgsql as $$
declare
  key jsonb;
  item record;
  columns text[];
  numbers smallint[];
  width integer;
begin
  for key in select value from jsonb_array_elements(keys) loop
    columns := '{}';
    numbers := '{}';
    width := 0;
    for item in
      select a.attname, a.attnum,
        case when a.attlen > 0 then a.attlen when a.atttypmod > 4 then a.atttypmod when t.typname = 'numeric' then 32 else 100000 end as bytes
      from jsonb_array_elements_text(key) with ordinality as k(name, position)
        join pg_attribute a on a.attrelid = target and a.attname = k.name and not a.attisdropped
        join pg_type t on t.oid = a.atttypid
      order by k.position
    loop
      width := width + item.bytes;
      exit when width > 2500;
      columns := columns || format('%I', item.attname);
      numbers := numbers || item.attnum;
    end loop;
    if cardinality(columns) > 0 and not exists (
      select 1 from pg_index i where i.indrelid = target and i.indkey::text = array_to_string(numbers, ' '))
    then
      execute format('create index on %s (%s)', target, array_to_string(columns, ', '));
    end if;
  end loop;
end $$;

create or replace function sluice_local.after_ddl() returns event_trigger language plpgsql set search_path = pg_catalog as $$
declare
  command record;
  mark text;
  note jsonb;
begin
  for command in
    select c.objid::regclass as target, r.relname
    from pg_event_trigger_ddl_commands() c join pg_class r on r.oid = c.objid
    where c.classid = 'pg_class'::regclass and c.objsubid = 0 and r.relkind = 'r' and r.relpersistence <> 't'
  loop
    perform sluice_local.limit_bytes(command.target);
    for mark in select (regexp_matches(current_query(), '/\*sluice-keys:([0-9a-f]+)\*/', 'g'))[1] loop
      note := convert_from(decode(mark, 'hex'), 'UTF8')::jsonb;
      if note ->> 'table' = command.relname then
        perform sluice_local.index_keys(command.target, note -> 'keys');
      end if;
    end loop;
  end loop;
end $$;

drop event trigger if exists sluice_after_ddl;
create event trigger sluice_after_ddl on ddl_command_end
  when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE') execute function sluice_local.after_ddl();
