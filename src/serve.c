/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The serving process, from the first look at the database to the last response.
 *
 * Start: resources checked, secrets read, PostgreSQL found or started, migrated, roles checked; then the
 * loops with what each owns; then the server. Stop (SIGTERM, SIGINT): drain the server, stop the features
 * and close the database of each loop, join the threads, stop the private PostgreSQL.
 */
#include "serve.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/embedded.h"
#include "base/fiber.h"
#include "base/log.h"
#include "base/loop.h"
#include "core/app.h"
#include "core/authenticate.h"
#include "core/config.h"
#include "core/count.h"
#include "core/feature.h"
#include "core/rate_limit.h"
#include "core/records.h"
#include "core/resource.h"
#include "core/row_cache.h"
#include "core/sql.h"
#include "core/tenant.h"
#include "core/unit.h"
#include "db/db.h"
#include "db/migrate.h"
#include "db/private_pg.h"
#include "http/metrics.h"
#include "http/middleware.h"
#include "http/server.h"
#include "http/static.h"

enum { LOOPS_MAX = 64, QUEUE_MAX = 1024 };

struct worker {
	struct loop loop;
	struct app app;
	uv_thread_t thread;
};

struct service {
	const struct config *config;
	struct arena arena;
	struct problem problem;
	struct private_pg *pg; /* NULL with DATABASE_URL */
	const char *app_conninfo;
	struct router *router;
	struct http_server *server;
	struct worker *workers;
	struct loop *loops[LOOPS_MAX];
	struct app *apps[LOOPS_MAX];
	size_t count;
	uv_signal_t signals[2];
	size_t open; /* databases that are not closed yet */
	bool stopping;
};

/* The chain of every request (DESIGN §5). The route is known before it begins. */
static struct middleware chain[10];

static void make_chain(void)
{
	const struct middleware table[] = {
		middleware_request_id,
		middleware_security,
		middleware_cors,
		{.name = "rate limit by address", .before = rate_limit_address},
		{.name = "authentication", .before = authenticate},
		{.name = "rate limit by user", .before = rate_limit_user},
		middleware_log,
		middleware_metrics,
		{0},
	};

	memcpy(chain, table, sizeof(table));
}

/* --- the database --------------------------------------------------------------------------------- */

static enum err start_private_pg(struct service *s)
{
	struct private_pg_config config = {
		.data_dir = s->config->data_dir,
		.bootstrap_sql = (const char *)embedded_bootstrap_sql.data,
	};

	return private_pg_start(&config, &s->problem, &s->pg);
}

static enum err choose_search(struct service *s)
{
	bool marked = false;
	enum err err = migrate_check_search(s->app_conninfo, &s->problem, &marked);

	if (!err && !marked)
		log_info("full-text search is not marked LEAKPROOF: searching by candidates");
	sql_search_by_candidates(!marked);
	return err;
}

static enum err open_database(struct service *s)
{
	const struct config *config = s->config;
	const char *owner = config->migrate_url ? config->migrate_url : config->database_url;
	int applied = 0;
	enum err err = ERR_OK;

	s->app_conninfo = config->database_url;
	if (!config->database_url) {
		err = start_private_pg(s);
		if (err)
			return err;
		s->app_conninfo = private_pg_conninfo(s->pg, "cairn_app");
		owner = private_pg_conninfo(s->pg, "cairn_owner");
	}
	err = migrate(owner, &s->problem, &applied);
	if (!err && applied)
		log_info("migrated", LOG_INT("applied", applied));
	if (!err)
		err = migrate_check_serving_role(s->app_conninfo, &s->problem);
	return err ? err : choose_search(s);
}

/* --- the loops ------------------------------------------------------------------------------------ */

/* The budget of connections, divided among loops and lanes. */
static struct db_config db_config_of(const struct service *s)
{
	unsigned share = MAX((unsigned)s->config->db_connections / (unsigned)s->count, 4u);
	unsigned fast = MAX(share / 6, 1u);
	unsigned slow = MAX(share / 4, 1u);

	return (struct db_config){
		.conninfo = s->app_conninfo,
		.connections =
			{[DB_FAST] = fast, [DB_SLOW] = slow, [DB_WRITE] = share - fast - slow},
		.queue_max = QUEUE_MAX,
		.acquire_ms = (unsigned)s->config->db_acquire_timeout,
		.query_ms = (unsigned)s->config->db_query_timeout,
		.backends_are_ours = s->pg != NULL,
	};
}

static void make_worker(struct service *s, unsigned i)
{
	struct worker *worker = &s->workers[i];
	struct db_config db = db_config_of(s);

	loop_init(&worker->loop, i);
	s->loops[i] = &worker->loop;
	s->apps[i] = &worker->app;
	worker->app = (struct app){
		.loop = &worker->loop,
		.db = db_new(&worker->loop, &db),
		.config = s->config,
		.router = s->router,
		.tenants = tenant_cache_new(),
		.counts = count_cache_new(count_by_query),
		.rows = row_cache_new(ROW_CACHE_BYTES),
		.all = s->apps,
		.count = s->count,
	};
}

static void start_features(struct app *app)
{
	loop_bind(app->loop);
	for (const struct feature *const *f = feature_registry; *f; f++)
		if ((*f)->start)
			(*f)->start(app);
	loop_bind(NULL);
}

static void stop_features(struct app *app)
{
	for (const struct feature *const *f = feature_registry; *f; f++)
		if ((*f)->stop)
			(*f)->stop(app);
}

static void make_workers(struct service *s)
{
	int loops = s->config->loops ? s->config->loops : (int)uv_available_parallelism();

	s->count = (size_t)MIN(loops, LOOPS_MAX);
	s->workers = calloc(s->count, sizeof(*s->workers));
	INVARIANT(s->workers != NULL);
	for (unsigned i = 0; i < s->count; i++)
		make_worker(s, i);
	for (size_t i = 0; i < s->count; i++)
		start_features(s->apps[i]);
}

static void make_router(struct service *s)
{
	s->router = router_new();
	records_add_routes(s->router);
	for (const struct feature *const *f = feature_registry; *f; f++)
		for (const struct route *route = (*f)->routes; route && route->pattern; route++)
			router_add(s->router, route);
}

/* --- the end -------------------------------------------------------------------------------------- */

static void on_all_closed(void *arg)
{
	struct service *s = arg;

	if (--s->open)
		return;
	for (size_t i = 0; i < 2; i++)
		uv_close((uv_handle_t *)&s->signals[i], NULL);
	if (s->pg)
		private_pg_stop(s->pg);
	for (size_t i = 0; i < s->count; i++)
		loop_stop(s->loops[i]);
}

/* On the loop that was closed; the service is the main loop's. */
static void on_closed(void *arg)
{
	struct service *s = arg;

	loop_post(s->loops[0], on_all_closed, s);
}

struct closing {
	struct service *service;
	struct app *app;
};

static void close_here(void *arg)
{
	struct closing *closing = arg;

	stop_features(closing->app);
	db_close(closing->app->db, on_closed, closing->service);
}

/* A handler that outlives the drain still uses what an orderly end would free. */
static void end_at_once(struct service *s)
{
	log_warn("stopped with requests in flight");
	if (s->pg)
		private_pg_stop(s->pg);
	_exit(EXIT_SUCCESS);
}

static void on_drained(void *arg)
{
	struct service *s = arg;
	struct http_stats stats;

	http_server_stats(s->server, &stats);
	if (stats.requests_in_flight)
		end_at_once(s);
	s->open = s->count;
	for (size_t i = 0; i < s->count; i++) {
		struct closing *closing = ARENA_NEW(&s->arena, struct closing);

		*closing = (struct closing){s, s->apps[i]};
		loop_post(s->loops[i], close_here, closing);
	}
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct service *s = handle->data;

	if (s->stopping)
		return;
	s->stopping = true;
	log_info("stopping", LOG_INT("signal", number));
	http_server_drain(s->server, on_drained, s);
}

static void watch_signals(struct service *s)
{
	static const int numbers[] = {SIGTERM, SIGINT};

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		uv_signal_init(&s->loops[0]->uv, &s->signals[i]);
		s->signals[i].data = s;
		uv_signal_start(&s->signals[i], on_signal, numbers[i]);
	}
}

/* --- the run -------------------------------------------------------------------------------------- */

static enum err start_server(struct service *s)
{
	struct http_config config = {
		.host = s->config->host,
		.port = s->config->port,
		.router = s->router,
		.middlewares = chain,
		.fallback = static_serve,
		.serve = unit_serve,
		.loops = s->loops,
		.loop_count = s->count,
		.apps = s->apps,
		.trusted_proxies = s->config->trusted_proxies,
	};
	enum err err = http_server_start(&config, &s->problem, &s->server);

	if (err)
		return err;
	for (size_t i = 0; i < s->count; i++)
		s->apps[i]->server = s->server;
	http_metrics_register(s->server);
	return ERR_OK;
}

static void run_loop(void *arg)
{
	loop_run(arg);
}

static void run_loops(struct service *s)
{
	if (s->pg)
		private_pg_supervise(s->pg, s->loops[0]);
	for (size_t i = 1; i < s->count; i++)
		INVARIANT(uv_thread_create(&s->workers[i].thread, run_loop, s->loops[i]) == 0);
	loop_run(s->loops[0]);
	for (size_t i = 1; i < s->count; i++)
		uv_thread_join(&s->workers[i].thread);
}

static void free_workers(struct service *s)
{
	for (size_t i = 0; i < s->count; i++) {
		tenant_cache_free(s->apps[i]->tenants);
		count_cache_free(s->apps[i]->counts);
		row_cache_free(s->apps[i]->rows);
		loop_bind(s->loops[i]);
		loop_deinit(s->loops[i]);
	}
	free(s->workers);
	router_free(s->router);
}

static enum err start(struct service *s)
{
	enum err err = resources_init(&s->problem);

	if (err)
		return err;
	if (!cors_configure(str_of(s->config->cors_origin)))
		return problem_set(&s->problem, ERR_INVALID,
			"CORS_ORIGIN must be a comma separated list of origins such as "
			"https://example.com");
	err = open_database(s);
	if (err)
		return err;
	static_configure(embedded_web);
	make_chain();
	make_router(s);
	make_workers(s);
	watch_signals(s);
	return start_server(s);
}

int serve(struct config *config, int argc, char **argv)
{
	struct service s = {.config = config};
	enum err err;

	arena_init(&s.arena);
	problem_init(&s.problem, &s.arena);
	log_set_level(config->log_level);
	err = argc > 1 ? problem_set(&s.problem, ERR_INVALID, "there is no option \"%s\"", argv[1])
		       : config_secrets(config, &s.problem);
	if (!err)
		err = start(&s);
	if (err) {
		log_error("cannot start", LOG_STR("reason", s.problem.message),
			LOG_STR("detail", s.problem.log));
		if (s.pg)
			private_pg_stop(s.pg);
		arena_deinit(&s.arena);
		return EXIT_FAILURE;
	}
	log_info("serving", LOG_INT("port", http_server_port(s.server)), LOG_INT("loops", s.count));
	run_loops(&s);
	http_server_free(s.server);
	free_workers(&s);
	resources_deinit();
	arena_deinit(&s.arena);
	log_info("stopped");
	return EXIT_SUCCESS;
}
