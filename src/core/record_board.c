/* SPDX-License-Identifier: Apache-2.0 */
/* Records: boards, which are lists side by side. */
#include "core/records.h"

#include "core/field_type.h"
#include "core/query.h"
#include "core/record_json.h"
#include "core/sql.h"
#include "core/unit.h"

enum { COLUMNS_MAX = 100 };

struct column {
	struct str key, label, category, color; /* the last two of stages, else STR_NONE */
	struct query query;
	struct db_result rows;
	struct str next_cursor;
	struct record_includes includes;
	int total_row; /* among the totals, -1 for an empty column */
};

struct board {
	const struct entity_board *entity;
	struct query query; /* without the column */
	struct column *columns;
	size_t count;
	struct db_result totals;
	bool sums; /* the caller may know them */
};

/* --- columns ---------------------------------------------------------------------------------------- */

static bool board_begin(struct board *board, size_t count)
{
	board->count = count;
	board->columns = ARENA_ARRAY(board->query.req->arena, struct column, count);
	return count <= COLUMNS_MAX;
}

static enum err columns_of_enum(struct board *board, const struct resource_field *by)
{
	const struct field_option *options = by->field->options;
	size_t count = 0;

	while (options[count].key)
		count++;
	INVARIANT(board_begin(board, count));
	for (size_t i = 0; i < count; i++)
		board->columns[i] = (struct column){
			.key = str_of(options[i].key), .label = str_of(options[i].label)};
	return ERR_OK;
}

/* Of the pipeline that is asked for, else of the default one. */
static enum err columns_of_stages(struct board *board)
{
	struct request *req = board->query.req;
	struct db_stmt stmt = sql_stages(req, board->query.resource, board->query.pipeline);
	struct db_result stages;
	enum err err = unit_query(req, DB_FAST, resource_find(STR("stage")), &stmt, &stages);

	if (err)
		return err;
	if (stages.rows == 0)
		return problem_set(&req->problem, ERR_BAD_PARAMETER,
			"There is no such pipeline, or it has no stages.");
	if (!board_begin(board, (size_t)stages.rows))
		return problem_set(&req->problem, ERR_BAD_PARAMETER,
			"A board has at most %d columns.", COLUMNS_MAX);
	for (int i = 0; i < stages.rows; i++)
		board->columns[i] = (struct column){.key = db_value(&stages, i, 0),
			.label = db_value(&stages, i, 1),
			.category = db_value(&stages, i, 2),
			.color = db_value(&stages, i, 3)};
	return ERR_OK;
}

static enum err find_columns(struct board *board)
{
	const struct resource_field *by = resource_field_find(
		board->query.resource, str_of(board->entity->by));

	if (!caller_sees(board->query.req->caller, by))
		return ERR_FORBIDDEN;
	return by->field->kind == FIELD_ENUM ? columns_of_enum(board, by)
					     : columns_of_stages(board);
}

/* --- reading ---------------------------------------------------------------------------------------- */

/* The first cards of every column in one round trip. */
static enum err read_cards(struct board *board, enum db_lane lane)
{
	struct request *req = board->query.req;
	struct db_stmt *stmts = ARENA_ARRAY(req->arena, struct db_stmt, board->count);
	struct db_result *results = ARENA_ARRAY(req->arena, struct db_result, board->count);
	enum err err;

	for (size_t i = 0; i < board->count; i++) {
		struct column *column = &board->columns[i];

		column->query = board->query;
		query_add_filter(&column->query, board->entity->by, column->key);
		stmts[i] = sql_list(&column->query, false);
	}
	err = unit_run(req, lane, board->query.resource, stmts, board->count, results);
	for (size_t i = 0; i < board->count && !err; i++) {
		struct column *column = &board->columns[i];

		column->rows = results[i];
		column->next_cursor = record_cut_page(&column->query, &column->rows);
		err = record_includes_load(&column->query, &column->rows, &column->includes);
	}
	return err;
}

static enum err read_totals(struct board *board)
{
	struct request *req = board->query.req;
	struct str *keys = ARENA_ARRAY(req->arena, struct str, board->count);
	struct query query = board->query;
	struct db_stmt stmt;
	enum db_lane lane;
	enum err err;

	for (size_t i = 0; i < board->count; i++)
		keys[i] = board->columns[i].key;
	query_add_filter_in(&query, board->entity->by, keys, board->count);
	stmt = sql_board_totals(&query, board->entity, board->sums);
	lane = sql_board_is_kept(&query, board->entity) ? DB_FAST : DB_SLOW;
	err = unit_query(req, lane, board->query.resource, &stmt, &board->totals);
	for (size_t i = 0; i < board->count && !err; i++)
		board->columns[i].total_row = db_row_of(&board->totals, keys[i]);
	return err;
}

static enum err read_board(struct board *board)
{
	enum err err = find_columns(board);

	if (!err)
		err = read_cards(board, DB_FAST);
	if (err == ERR_DEADLINE)
		err = read_cards(board, DB_SLOW);
	return err ? err : read_totals(board);
}

/* --- answering -------------------------------------------------------------------------------------- */

static void write_total(struct json *json, const struct board *board, const struct column *column,
	const char *name, int of)
{
	struct str value = column->total_row < 0 ? STR_NONE
						 : db_value(&board->totals, column->total_row, of);

	json_member_raw(json, name, value.ptr ? value : STR("0"));
}

static void write_column(struct json *json, const struct board *board, const struct column *column)
{
	json_object(json);
	json_member_str(json, "key", column->key);
	json_member_str(json, "label", column->label);
	json_member_str(json, "category", column->category);
	json_member_str(json, "color", column->color);
	write_total(json, board, column, "count", 1);
	if (board->sums) {
		write_total(json, board, column, "sum", 2);
		write_total(json, board, column, "weightedSum", 3);
		write_total(json, board, column, "notInSum", 4);
	}
	json_member_str(json, "nextCursor", column->next_cursor);
	json_key(json, STR("records"));
	json_array(json);
	for (int i = 0; i < column->rows.rows; i++)
		record_write_json(json, &column->query, &column->includes, &column->rows, i);
	json_end(json);
	json_end(json);
}

static void answer(const struct board *board)
{
	struct request *req = board->query.req;
	struct json json = response_json(req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_cstr(&json, "by", board->entity->by);
	if (board->sums)
		json_member_str(&json, "currency", req->caller->currency);
	json_key(&json, STR("columns"));
	json_array(&json);
	for (size_t i = 0; i < board->count; i++)
		write_column(&json, board, &board->columns[i]);
	json_end(&json);
	json_end(&json);
	json_end(&json);
}

static bool sees_sums(const struct board *board)
{
	const char *const names[] = {
		board->entity->amount, board->entity->sum, board->entity->weight};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct resource_field *field = names[i]
			? resource_field_find(board->query.resource, str_of(names[i]))
			: NULL;

		if (!field || !caller_sees(board->query.req->caller, field))
			return false;
	}
	return true;
}

enum err record_board(struct request *req)
{
	const struct resource *resource = req->route->data;
	struct board board = {.entity = resource->entity->board};
	enum err err = record_may(req, resource, VERB_READ);

	if (!err)
		err = query_parse(req, resource, QUERY_BOARD, &board.query);
	if (err)
		return err;
	board.sums = sees_sums(&board);
	err = read_board(&board);
	if (!err)
		answer(&board);
	return err;
}
