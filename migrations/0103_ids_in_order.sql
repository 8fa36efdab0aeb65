/* SPDX-License-Identifier: Apache-2.0 */
/* Ids in the order of time also within a millisecond: what happened in one transaction is read back by them. */

/* RFC 9562 version 7: 48 bits of milliseconds, 12 bits of their fraction (section 6.2, method 3), then random. */
create or replace function uuid_v7() returns uuid language sql volatile parallel safe
as $$
	select (overlay(lpad(to_hex((date_part('epoch', clock_timestamp()) * 4096000)::bigint), 15, '0') placing '7' from 13 for 0)
		|| substring(gen_random_uuid()::text from 20))::uuid
$$;
