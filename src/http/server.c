/* SPDX-License-Identifier: Apache-2.0 */
/* The server: listening, handing sockets to the loops, ticking, draining. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "http/http_internal.h"

enum { ACCEPTS_A_TURN = 64, BACKLOG = 1024, DRAIN_STEP_MS = 20 };

static const struct http_limits default_limits = {
	.head_ms = 10000,
	.body_ms = 10000,
	.idle_ms = 75000,
	.write_ms = 30000,
	.linger_ms = 2000,
	.request_ms = 30000,
	.tick_ms = 250,
	.connections = 10000,
};

static const char busy_answer[] = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n"
				  "Retry-After: 1\r\nContent-Length: 0\r\n\r\n";

/* --- loops -------------------------------------------------------------------------------------- */

/* Every deadline is looked at, a few times a second: for 10,000 connections that is cheaper than keeping
 * any order among deadlines that nearly all requests set and clear. */
static void on_tick(uv_timer_t *timer)
{
	struct http_loop *hl = timer->data;
	uint64_t now = uv_now(&hl->loop->uv);
	struct http_connection *next;

	for (struct http_connection *conn = hl->connections; conn; conn = next) {
		next = conn->next;
		if (conn->deadline_ms && conn->deadline_ms <= now)
			connection_expire(conn);
	}
}

static void begin_loop(void *arg)
{
	struct http_loop *hl = arg;
	unsigned ms = hl->server->limits.tick_ms;

	uv_timer_init(&hl->loop->uv, &hl->tick);
	hl->tick.data = hl;
	uv_timer_start(&hl->tick, on_tick, ms, ms);
	uv_unref((uv_handle_t *)&hl->tick);
}

static void on_handle_closed(uv_handle_t *handle)
{
	struct http_server *server = handle->data;

	atomic_fetch_sub(&server->handles, 1);
}

static void close_handle(struct http_server *server, uv_handle_t *handle)
{
	handle->data = server;
	uv_close(handle, on_handle_closed);
}

static void drain_connections(struct http_loop *hl, bool force)
{
	struct http_connection *next;

	for (struct http_connection *conn = hl->connections; conn; conn = next) {
		next = conn->next;
		connection_drain(conn, force);
	}
}

static void drain_loop(void *arg)
{
	struct http_loop *hl = arg;

	hl->draining = true;
	drain_connections(hl, false);
}

static void stop_loop(void *arg)
{
	struct http_loop *hl = arg;

	hl->stopped = true;
	drain_connections(hl, true);
	close_handle(hl->server, (uv_handle_t *)&hl->tick);
}

static void for_each_loop(struct http_server *server, void (*fn)(void *))
{
	for (size_t i = 0; i < server->loop_count; i++)
		loop_post(server->loops[i].loop, fn, &server->loops[i]);
}

/* --- accepting ---------------------------------------------------------------------------------- */

static struct http_loop *least_loaded(struct http_server *server)
{
	struct http_loop *best = &server->loops[0];

	for (size_t i = 1; i < server->loop_count; i++)
		if (atomic_load(&server->loops[i].connection_count) <
			atomic_load(&best->connection_count))
			best = &server->loops[i];
	return best;
}

static size_t count_connections(const struct http_server *server)
{
	size_t count = 0;

	for (size_t i = 0; i < server->loop_count; i++)
		count += atomic_load(&server->loops[i].connection_count);
	return count;
}

static void set_peer(struct http_connection *conn, const struct sockaddr_storage *from)
{
	if (from->ss_family == AF_INET6) {
		conn->peer = ((const struct sockaddr_in6 *)from)->sin6_addr;
	} else {
		conn->peer.s6_addr[10] = conn->peer.s6_addr[11] = 0xff;
		memcpy(conn->peer.s6_addr + 12, &((const struct sockaddr_in *)from)->sin_addr, 4);
	}
	if (IN6_IS_ADDR_V4MAPPED(&conn->peer))
		inet_ntop(
			AF_INET, conn->peer.s6_addr + 12, conn->peer_text, sizeof(conn->peer_text));
	else
		inet_ntop(AF_INET6, &conn->peer, conn->peer_text, sizeof(conn->peer_text));
}

static void start_connection(void *arg)
{
	connection_start(arg);
}

static void hand_over(struct http_server *server, int fd, const struct sockaddr_storage *from)
{
	struct http_connection *conn = calloc(1, sizeof(*conn));

	INVARIANT(conn != NULL);
	conn->fd = fd;
	conn->hl = least_loaded(server);
	set_peer(conn, from);
	atomic_fetch_add(&conn->hl->connection_count, 1);
	atomic_fetch_add(&server->accepted, 1);
	if (conn->hl->loop == loop_self())
		connection_start(conn);
	else
		loop_post(conn->hl->loop, start_connection, conn);
}

static void turn_away(struct http_server *server, int fd)
{
	atomic_fetch_add(&server->refused, 1);
	(void)!send(fd, busy_answer, sizeof(busy_answer) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
}

/* Out of descriptors: without this the same connection would wake us for ever. */
static void accept_with_the_spare(struct http_server *server)
{
	int fd;

	close(server->spare_fd);
	fd = accept(server->listen_fd, NULL, NULL);
	if (fd >= 0)
		turn_away(server, fd);
	server->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	log_warn("out of file descriptors");
}

static bool accept_one(struct http_server *server)
{
	struct sockaddr_storage from = {0};
	socklen_t len = sizeof(from);
	int fd = accept4(
		server->listen_fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
		accept_with_the_spare(server);
		return false;
	}
	if (fd < 0)
		return errno == ECONNABORTED || errno == EINTR;
	if (count_connections(server) >= server->limits.connections)
		turn_away(server, fd);
	else
		hand_over(server, fd, &from);
	return true;
}

static void on_accept(uv_poll_t *poll, int status, int events)
{
	struct http_server *server = poll->data;

	(void)events;
	for (int i = 0; status == 0 && i < ACCEPTS_A_TURN; i++)
		if (!accept_one(server))
			break;
}

/* --- listening ---------------------------------------------------------------------------------- */

static int open_socket(const struct addrinfo *address)
{
	int on = 1, off = 0;
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	/* Accepted sockets inherit it. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (address->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	on = errno;
	close(fd);
	errno = on;
	return -1;
}

static int open_first(struct addrinfo *list)
{
	int fd = -1;

	/* `::` takes IPv4 as well, so it goes first. */
	for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
		if (a->ai_family == AF_INET6)
			fd = open_socket(a);
	for (struct addrinfo *a = list; a && fd < 0; a = a->ai_next)
		if (a->ai_family != AF_INET6)
			fd = open_socket(a);
	return fd;
}

static enum err listen_on(struct http_server *server, struct problem *problem)
{
	struct addrinfo hints = {
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list;
	const char *host = server->config.host;
	char port[16];
	int failed;

	snprintf(port, sizeof(port), "%d", server->config.port);
	failed = getaddrinfo(host, port, &hints, &list);
	if (failed)
		return problem_log(problem, ERR_INTERNAL, "cannot listen on host %s: %s", host,
			gai_strerror(failed));
	server->listen_fd = open_first(list);
	freeaddrinfo(list);
	if (server->listen_fd >= 0)
		return ERR_OK;
	return problem_log(problem, ERR_INTERNAL, "cannot listen on %s port %s: %s",
		host ? host : "any address,", port,
		errno == EADDRINUSE ? "another process is using it" : strerror(errno));
}

static int port_of(int fd)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);

	INVARIANT(getsockname(fd, (struct sockaddr *)&address, &len) == 0);
	return address.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&address)->sin6_port)
					     : ntohs(((struct sockaddr_in *)&address)->sin_port);
}

/* --- life --------------------------------------------------------------------------------------- */

static void take_limits(struct http_server *server)
{
	const struct http_limits *given = &server->config.limits;
	struct http_limits *limits = &server->limits;

	*limits = default_limits;
	limits->head_ms = given->head_ms ? given->head_ms : limits->head_ms;
	limits->body_ms = given->body_ms ? given->body_ms : limits->body_ms;
	limits->idle_ms = given->idle_ms ? given->idle_ms : limits->idle_ms;
	limits->write_ms = given->write_ms ? given->write_ms : limits->write_ms;
	limits->linger_ms = given->linger_ms ? given->linger_ms : limits->linger_ms;
	limits->request_ms = given->request_ms ? given->request_ms : limits->request_ms;
	limits->tick_ms = given->tick_ms ? given->tick_ms : limits->tick_ms;
	limits->connections = given->connections ? given->connections : limits->connections;
}

static void make_loops(struct http_server *server)
{
	const struct http_config *config = &server->config;

	server->loop_count = config->loop_count;
	server->loops = calloc(config->loop_count, sizeof(*server->loops));
	INVARIANT(server->loops != NULL);
	for (size_t i = 0; i < config->loop_count; i++) {
		server->loops[i].server = server;
		server->loops[i].loop = config->loops[i];
		server->loops[i].app = config->apps ? config->apps[i] : NULL;
	}
}

static void start_accepting(struct http_server *server)
{
	uv_loop_t *uv = &server->loops[0].loop->uv;

	server->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	server->port = port_of(server->listen_fd);
	INVARIANT(uv_poll_init(uv, &server->accept_poll, server->listen_fd) == 0);
	server->accept_poll.data = server;
	uv_poll_start(&server->accept_poll, UV_READABLE, on_accept);
	server->accepting = true;
	/* One for the acceptor, and a tick for every loop. */
	atomic_store(&server->handles, 1 + server->loop_count);
	for_each_loop(server, begin_loop);
}

enum err http_server_start(
	const struct http_config *config, struct problem *problem, struct http_server **out)
{
	struct http_server *server = calloc(1, sizeof(*server));
	enum err err;

	INVARIANT(server != NULL && config->loop_count > 0);
	*out = NULL;
	server->config = *config;
	server->listen_fd = server->spare_fd = -1;
	take_limits(server);
	if (!proxy_list_parse(str_of(config->trusted_proxies), &server->trusted))
		err = problem_log(problem, ERR_INTERNAL, "not a list of addresses: %s",
			config->trusted_proxies);
	else
		err = listen_on(server, problem);
	if (err != ERR_OK) {
		free(server);
		return err;
	}
	make_loops(server);
	start_accepting(server);
	*out = server;
	return ERR_OK;
}

int http_server_port(const struct http_server *server)
{
	return server->port;
}

bool http_server_is_draining(const struct http_server *server)
{
	return atomic_load(&server->draining);
}

static void stop_accepting(struct http_server *server)
{
	if (!server->accepting)
		return;
	server->accepting = false;
	uv_poll_stop(&server->accept_poll);
	close_handle(server, (uv_handle_t *)&server->accept_poll);
	close(server->listen_fd);
	close(server->spare_fd);
}

static void on_drain_timer_closed(uv_handle_t *handle)
{
	struct http_server *server = handle->data;

	server->drained(server->drained_arg);
}

/* Waits first for the connections to end by themselves, then for what was forced to be gone. What a fiber
 * still holds after that is left to the end of the process. */
static void on_drain_step(uv_timer_t *timer)
{
	struct http_server *server = timer->data;
	bool late = time_monotonic_ms() >= server->drain_until_ms;

	if (!server->stopping && (late || count_connections(server) == 0)) {
		server->stopping = true;
		server->drain_until_ms = time_monotonic_ms() + 1000;
		for_each_loop(server, stop_loop);
	} else if (server->stopping && (late || atomic_load(&server->handles) == 0)) {
		uv_close((uv_handle_t *)timer, on_drain_timer_closed);
	}
}

void http_server_drain(struct http_server *server, void (*done)(void *), void *arg)
{
	unsigned ms = server->config.drain_ms ? server->config.drain_ms : 10000;

	INVARIANT(!http_server_is_draining(server));
	atomic_store(&server->draining, true);
	server->drained = done;
	server->drained_arg = arg;
	server->drain_until_ms = time_monotonic_ms() + ms;
	stop_accepting(server);
	for_each_loop(server, drain_loop);
	uv_timer_init(&server->loops[0].loop->uv, &server->drain_timer);
	server->drain_timer.data = server;
	uv_timer_start(&server->drain_timer, on_drain_step, DRAIN_STEP_MS, DRAIN_STEP_MS);
}

void http_server_free(struct http_server *server)
{
	if (!server)
		return;
	for (size_t i = 0; i < server->loop_count; i++) {
		exchange_pool_deinit(&server->loops[i]);
		compressor_pool_deinit(&server->loops[i].compressors);
	}
	free(server->loops);
	free(server);
}

void http_server_stats(const struct http_server *server, struct http_stats *out)
{
	*out = (struct http_stats){
		.connections = count_connections(server),
		.accepted = atomic_load(&server->accepted),
		.refused = atomic_load(&server->refused),
	};
	for (size_t i = 0; i < server->loop_count; i++)
		out->requests_in_flight += atomic_load(&server->loops[i].in_flight);
}
