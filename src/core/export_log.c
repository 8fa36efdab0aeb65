/* SPDX-License-Identifier: Apache-2.0 */
/* The log of exports. */
#include "core/export_log.h"

#include <openssl/evp.h>
#include <stdlib.h>

#include "base/loop.h"
#include "base/time.h"
#include "core/app.h"
#include "core/caller.h"
#include "core/unit.h"

enum { BEAT_MS = 5000, AGAIN_MS = 2000, SHA256_BYTES = 32 };

#define SQL_BEGIN "select export_begin($1, $2, $3)"
#define SQL_NOTE "select export_note($1::uuid, $2::bigint, $3::bigint, $4, $5, $6)"

/* That an export failed, to be said as soon as the database hears it. */
struct unsaid {
	struct unsaid *next;
	struct arena arena;
	struct db_context context;
	struct str id, rows, bytes, message;
};

/* Of a loop. */
struct teller {
	struct loop_timer timer;
	struct unsaid *first;
	bool telling;
};

static struct teller tellers[64]; /* one a loop; they outlive its last turn */

static struct teller *teller_of(const struct app *app)
{
	INVARIANT(app->loop->index < ARRAY_LEN(tellers));
	return &tellers[app->loop->index];
}

enum err export_log_begin(struct export_log *log, struct request *req,
	const struct resource *resource, const char *format)
{
	struct db_stmt stmt = SQL(SQL_BEGIN, resource->name, str_of(format), req->query);
	struct db_result row;
	enum err err = unit_query(req, DB_WRITE, resource, &stmt, &row);

	if (err)
		return err;
	*log = (struct export_log){.id = arena_str(req->arena, db_value(&row, 0, 0)),
		.noted_ms = time_monotonic_ms(),
		.digest = EVP_MD_CTX_new()};
	INVARIANT(log->digest && EVP_DigestInit_ex(log->digest, EVP_sha256(), NULL));
	return ERR_OK;
}

void export_log_bytes(struct export_log *log, struct str bytes)
{
	INVARIANT(EVP_DigestUpdate(log->digest, bytes.ptr, bytes.len));
	log->bytes += (int64_t)bytes.len;
}

static enum err note(struct export_log *log, struct request *req, struct str outcome,
	struct str sha256, struct str message)
{
	struct db_stmt stmt = SQL(SQL_NOTE, log->id, arena_int(req->arena, log->rows),
		arena_int(req->arena, log->bytes), outcome, sha256, message);
	struct db_result row;

	log->noted_ms = time_monotonic_ms();
	return unit_query(req, DB_WRITE, NULL, &stmt, &row);
}

enum err export_log_beat(struct export_log *log, struct request *req)
{
	if (time_monotonic_ms() - log->noted_ms < BEAT_MS)
		return ERR_OK;
	return note(log, req, STR_NONE, STR_NONE, STR_NONE);
}

enum err export_log_done(struct export_log *log, struct request *req)
{
	unsigned char digest[SHA256_BYTES];
	char *hex = arena_bytes(req->arena, 2 * sizeof(digest) + 1);

	INVARIANT(EVP_DigestFinal_ex(log->digest, digest, NULL));
	for (size_t i = 0; i < sizeof(digest); i++) {
		hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
	}
	hex[2 * sizeof(digest)] = '\0';
	return note(log, req, STR("done"), (struct str){hex, 2 * sizeof(digest)}, STR_NONE);
}

/* --- what could not be said -------------------------------------------------------------------------- */

static struct str kept(struct unsaid *unsaid, struct str text)
{
	return text.ptr ? arena_str(&unsaid->arena, text) : STR_NONE;
}

static void keep(struct export_log *log, struct request *req, struct str message)
{
	struct teller *teller = teller_of(req->app);
	struct unsaid *unsaid = calloc(1, sizeof(*unsaid));
	struct db_context context = caller_context(req->caller, req->id, STR_NONE);

	INVARIANT(unsaid != NULL);
	arena_init(&unsaid->arena);
	unsaid->context = (struct db_context){.org_id = kept(unsaid, context.org_id),
		.user_id = kept(unsaid, context.user_id),
		.access = kept(unsaid, context.access),
		.team_users = kept(unsaid, context.team_users),
		.partner_id = kept(unsaid, context.partner_id),
		.request_id = kept(unsaid, context.request_id),
		.changeset_id = kept(unsaid, context.changeset_id)};
	unsaid->id = kept(unsaid, log->id);
	unsaid->rows = arena_int(&unsaid->arena, log->rows);
	unsaid->bytes = arena_int(&unsaid->arena, log->bytes);
	unsaid->message = kept(unsaid, message);
	unsaid->next = teller->first;
	teller->first = unsaid;
}

/* The stream was cut: its deadline may be over, and whoever waits for it should not wait for this. */
void export_log_failed(struct export_log *log, struct request *req, enum err why)
{
	keep(log, req, str_of(err_info(why)->message));
}

static bool tell(struct app *app, const struct unsaid *unsaid)
{
	struct db_stmt stmt = SQL(SQL_NOTE, unsaid->id, unsaid->rows, unsaid->bytes, STR("failed"),
		STR_NONE, unsaid->message);
	struct db_result row;
	struct db_error error = {0};
	struct arena arena;
	enum err err;

	arena_init(&arena);
	err = db_query(app->db, DB_WRITE, &arena, &unsaid->context, &stmt, &row, &error);
	arena_deinit(&arena);
	return !err || err == ERR_DB_REFUSED;
}

static void unsaid_free(struct unsaid *unsaid)
{
	arena_deinit(&unsaid->arena);
	free(unsaid);
}

static void forget(struct teller *teller, const struct unsaid *said)
{
	struct unsaid **at = &teller->first;

	while (*at != said)
		at = &(*at)->next;
	*at = said->next;
}

static void tell_all(void *arg)
{
	struct app *app = arg;
	struct teller *teller = teller_of(app);

	if (teller->telling)
		return;
	teller->telling = true;
	/* Others may have come before it meanwhile, and are the first then. */
	for (struct unsaid *said = teller->first; said && tell(app, said); said = teller->first) {
		forget(teller, said);
		unsaid_free(said);
	}
	teller->telling = false;
}

void export_log_start(struct app *app)
{
	loop_every(app->loop, &teller_of(app)->timer, AGAIN_MS, AGAIN_MS, tell_all, app);
}

/* What is not said by then, the database will see: nothing was heard of it. */
void export_log_stop(struct app *app)
{
	struct teller *teller = teller_of(app);

	loop_timer_stop(&teller->timer);
	while (teller->first && !teller->telling) {
		struct unsaid *lost = teller->first;

		forget(teller, lost);
		unsaid_free(lost);
	}
}

void export_log_deinit(struct export_log *log)
{
	EVP_MD_CTX_free(log->digest);
}
