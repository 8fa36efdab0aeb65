/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The feed of changes: an organisation's log in the order of its transactions. A cursor is a place in that
 * order, which holds for this database alone: numbers of transactions mean nothing in another one. So each
 * has an epoch, which a restore makes anew, and a cursor names the epoch that it is of.
 */
create index changes_feed_of_org on changes (org_id, txid, id);

create table feed_epochs (
	one boolean not null default true,
	epoch uuid not null default gen_random_uuid(),
	constraint feed_epochs_pkey primary key (one),
	constraint feed_epochs_one check (one)
);

insert into feed_epochs default values;

create function feed_epoch() returns text language sql stable as $$
	select left(epoch::text, 8) from feed_epochs
$$;

alter table feed_epochs enable row level security, force row level security;
create policy feed_epochs_read on feed_epochs for select to cairn_app, cairn_lookup using (true);
grant select on feed_epochs to cairn_app, cairn_lookup;
