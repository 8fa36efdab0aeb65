/* SPDX-License-Identifier: Apache-2.0 */
/* Names of time zones. */
#include "core/time_zone.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/log.h"
#include "core/app.h"
#include "db/db.h"

struct names {
	size_t count;
	struct str sorted[];
};

/* Written once, by the first loop; read by all. Lives as long as the process. */
static struct names *_Atomic known;
static struct arena memory;

static int compare(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void keep(const struct db_result *rows)
{
	size_t count = (size_t)rows->rows;
	struct names *names;

	arena_init(&memory);
	names = arena_alloc(&memory, sizeof(*names) + count * sizeof(names->sorted[0]));
	names->count = count;
	for (size_t i = 0; i < count; i++)
		names->sorted[i] = arena_str(&memory, db_value(rows, (int)i, 0));
	/* By bytes, whatever the database's collation is. */
	qsort(names->sorted, count, sizeof(names->sorted[0]), compare);
	atomic_store(&known, names);
}

void time_zones_load(struct app *app)
{
	struct db_stmt stmt = {
		.sql = STR("select name from pg_timezone_names"), .unprepared = true};
	struct db_context nobody = {0};
	struct db_result rows;
	struct arena arena;

	if (atomic_load(&known))
		return;
	arena_init(&arena);
	if (db_query(app->db, DB_SLOW, &arena, &nobody, &stmt, &rows, NULL) == ERR_OK)
		keep(&rows);
	else
		log_warn("time zones were not read");
	arena_deinit(&arena);
}

bool time_zone_is_known(struct str name)
{
	const struct names *names = atomic_load(&known);

	return !names || bsearch(&name, names->sorted, names->count, sizeof(name), compare);
}
