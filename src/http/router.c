/* SPDX-License-Identifier: Apache-2.0 */
/* Routes: a tree of path segments, each with its literal children sorted and at most one `{name}`. */
#include "http/router.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 16 };

struct node {
	struct str segment;
	struct node **literals; /* sorted by segment */
	size_t literal_count;
	struct node *param;
	const struct route *routes[HTTP_METHOD__COUNT];
	bool has_route;
};

struct router {
	struct node root;
	const struct route **routes;
	size_t route_count;
};

struct segments {
	struct str at[MAX_DEPTH];
	size_t count;
};

/* A slash at the end means the same as none. False when there are more segments than any route has. */
static bool split(struct str path, struct segments *out)
{
	struct str rest = path.len && path.ptr[0] == '/' ? str_slice(path, 1, path.len) : path;

	out->count = 0;
	if (rest.len > 1 && rest.ptr[rest.len - 1] == '/')
		rest.len--;
	if (rest.len == 0)
		return true;
	while (rest.ptr) {
		if (out->count == MAX_DEPTH)
			return false;
		out->at[out->count++] = str_cut(&rest, '/');
	}
	return true;
}

/* --- building ----------------------------------------------------------------------------------- */

struct router *router_new(void)
{
	struct router *router = calloc(1, sizeof(*router));

	INVARIANT(router != NULL);
	return router;
}

static void free_children(struct node *node)
{
	for (size_t i = 0; i < node->literal_count; i++) {
		free_children(node->literals[i]);
		free(node->literals[i]);
	}
	free(node->literals);
	if (node->param)
		free_children(node->param);
	free(node->param);
}

void router_free(struct router *router)
{
	if (!router)
		return;
	free_children(&router->root);
	free(router->routes);
	free(router);
}

static struct node *node_new(struct str segment)
{
	struct node *node = calloc(1, sizeof(*node));

	INVARIANT(node != NULL);
	node->segment = segment;
	return node;
}

/* Index of the first literal not before `segment`. */
static size_t literal_index(const struct node *node, struct str segment)
{
	size_t low = 0, high = node->literal_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (str_cmp(node->literals[middle]->segment, segment) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct node *find_literal(const struct node *node, struct str segment)
{
	size_t i = literal_index(node, segment);

	return i < node->literal_count && str_eq(node->literals[i]->segment, segment)
		? node->literals[i]
		: NULL;
}

static struct node *add_literal(struct node *node, struct str segment)
{
	size_t i = literal_index(node, segment);

	if (find_literal(node, segment))
		return node->literals[i];
	node->literals = realloc(node->literals, (node->literal_count + 1) * sizeof(struct node *));
	INVARIANT(node->literals != NULL);
	memmove(node->literals + i + 1, node->literals + i,
		(node->literal_count - i) * sizeof(struct node *));
	node->literals[i] = node_new(segment);
	node->literal_count++;
	return node->literals[i];
}

static struct node *add_segment(struct node *node, struct str segment)
{
	if (segment.len == 0 || segment.ptr[0] != '{')
		return add_literal(node, segment);
	if (!node->param)
		node->param = node_new(segment);
	return node->param;
}

static void remember(struct router *router, const struct route *route)
{
	size_t bytes = (router->route_count + 1) * sizeof(struct route *);

	router->routes = realloc(router->routes, bytes);
	INVARIANT(router->routes != NULL);
	router->routes[router->route_count++] = route;
}

void router_add(struct router *router, const struct route *route)
{
	struct node *node = &router->root;
	struct segments segments;
	size_t params = 0;

	INVARIANT(route->pattern[0] == '/' && split(str_of(route->pattern), &segments));
	for (size_t i = 0; i < segments.count; i++) {
		node = add_segment(node, segments.at[i]);
		params += segments.at[i].len && segments.at[i].ptr[0] == '{';
	}
	INVARIANT(params <= REQUEST_MAX_PARAMS);
	INVARIANT(node->routes[route->method] == NULL);
	node->routes[route->method] = route;
	node->has_route = true;
	remember(router, route);
}

size_t router_routes(const struct router *router, const struct route *const **out)
{
	*out = router->routes;
	return router->route_count;
}

/* --- finding ------------------------------------------------------------------------------------ */

struct search {
	const struct segments *segments;
	struct str params[REQUEST_MAX_PARAMS];
};

/* Depth is at most MAX_DEPTH, and each level tries two ways: the literal, then the name. */
static const struct node *walk(
	struct search *search, const struct node *node, size_t depth, size_t params)
{
	struct str segment;
	const struct node *found = NULL, *literal;

	if (depth == search->segments->count)
		return node->has_route ? node : NULL;
	segment = search->segments->at[depth];
	literal = find_literal(node, segment);
	if (literal)
		found = walk(search, literal, depth + 1, params);
	if (found || !node->param || segment.len == 0)
		return found;
	search->params[params] = segment;
	return walk(search, node->param, depth + 1, params + 1);
}

static const struct route *route_for(const struct node *node, enum http_method method)
{
	const struct route *route = node->routes[method];

	return route || method != HTTP_HEAD ? route : node->routes[HTTP_GET];
}

static void set_allow(struct request *req, const struct node *node)
{
	char text[64];
	size_t len = 0;

	for (int m = 0; m < HTTP_METHOD__COUNT; m++) {
		struct str name = http_method_name((enum http_method)m);

		if (!route_for(node, (enum http_method)m) && m != HTTP_OPTIONS)
			continue;
		if (len)
			len += (size_t)(stpcpy(text + len, ", ") - (text + len));
		memcpy(text + len, name.ptr, name.len);
		len += name.len;
	}
	response_header(req, "Allow", arena_str(req->arena, (struct str){text, len}));
}

enum err router_find(const struct router *router, struct request *req)
{
	struct segments segments;
	struct search search = {.segments = &segments};
	const struct node *node;

	if (!split(req->path, &segments))
		return ERR_NOT_FOUND;
	node = walk(&search, &router->root, 0, 0);
	if (!node)
		return ERR_NOT_FOUND;
	req->route = route_for(node, req->method);
	if (!req->route) {
		set_allow(req, node);
		return ERR_BAD_METHOD;
	}
	memcpy(req->params, search.params, sizeof(req->params));
	return ERR_OK;
}
