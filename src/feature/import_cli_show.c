/* SPDX-License-Identifier: Apache-2.0 */
/* Imports from the command line: what is shown. */
#include "feature/import_cli_show.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { REASONS_SHOWN = 20, BAR = 30 };

void import_cli_progress(const struct import_report *report)
{
	const struct import_counts *c = &report->counts;
	int64_t part = c->bytes_total > 0 ? c->bytes_read * BAR / c->bytes_total : 0;
	bool writing = strcmp(report->status, "writing") == 0;

	if (!isatty(STDERR_FILENO))
		return;
	if (writing)
		part = c->rows > 0 ? c->created * BAR / c->rows : BAR;
	fprintf(stderr, "\r%-8s [", report->status);
	for (int64_t i = 0; i < BAR; i++)
		fputc(i < part ? '#' : '.', stderr);
	fprintf(stderr, "] %lld rows\033[K", (long long)(writing ? c->created : c->rows));
}

static void print_reasons(const struct import_report *report)
{
	size_t shown = MIN(report->reason_count, (size_t)REASONS_SHOWN);

	for (size_t i = 0; i < shown; i++) {
		const struct import_reason *r = &report->reasons[i];

		printf("  line %lld %.*s: %.*s%s%.*s%s\n", (long long)r->line, STR_ARG(r->field),
			STR_ARG(r->message), r->value.len ? " (" : "", STR_ARG(r->value),
			r->value.len ? ")" : "");
	}
	if (report->reason_count > shown)
		printf("  … and %zu more; --report FILE keeps them all\n",
			report->reason_count - shown);
}

void import_cli_print(const struct import_report *report)
{
	const struct import_counts *c = &report->counts;

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K");
	printf("%s%lld rows: %lld created, %lld updated, %lld unchanged (%lld linked),"
	       " %lld skipped, %lld refused\n",
		report->step == IMPORT_TRY ? "Nothing is written. " : "", (long long)c->rows,
		(long long)c->created, (long long)c->updated, (long long)c->unchanged,
		(long long)c->linked, (long long)c->skipped, (long long)c->refused);
	print_reasons(report);
}

void import_cli_write(struct arena *arena, const struct import_report *report, const char *path)
{
	struct buf text;
	struct csv_writer writer = {.out = &text};
	FILE *file = fopen(path, "w");

	if (!file) {
		fprintf(stderr, "cairn: cannot write %s: %s\n", path, strerror(errno));
		return;
	}
	buf_init(&text, 64 * 1024 * 1024);
	buf_append_cstr(&text, "row,column,field,value,code,message,outcome\r\n");
	for (size_t i = 0; i < report->reason_count; i++) {
		const struct import_reason *r = &report->reasons[i];

		csv_write_value(&writer, arena_printf(arena, "%lld", (long long)r->line));
		csv_write_text(&writer, r->column);
		csv_write_text(&writer, r->field);
		csv_write_text(&writer, r->value);
		csv_write_text(&writer, r->code);
		csv_write_text(&writer, r->message);
		csv_write_value(&writer, str_of(r->outcome));
		csv_write_end(&writer);
	}
	fwrite(text.ptr, 1, text.len, file);
	fclose(file);
	buf_deinit(&text);
}

/* --- what was found beforehand ----------------------------------------------------------------- */

static void print_columns(const struct json_value *map)
{
	const struct json_value *columns = json_get(map, "columns");

	for (const struct json_value *c = columns ? columns->first : NULL; c; c = c->next) {
		struct str field = c->type == JSON_OBJECT ? json_get_str(c, "field")
							  : import_literal(c);

		printf("  column %.*s: %.*s\n", STR_ARG(c->key),
			STR_ARG(field.ptr ? field : STR("passed over")));
	}
}

static void print_proposals(const struct json_value *proposals, bool accepted)
{
	for (const struct json_value *p = proposals->first; p; p = p->next) {
		struct str suggestion = json_get_str(p, "suggestion");

		if (suggestion.ptr)
			printf("  %.*s: \"%.*s\" %s \"%.*s\"%s\n",
				STR_ARG(json_get_str(p, "field")),
				STR_ARG(json_get_str(p, "value")),
				accepted ? "is taken for" : "may be", STR_ARG(suggestion),
				accepted ? "" : " (--accept)");
	}
}

enum err import_cli_finding(
	struct request *req, const struct import_finding *finding, bool guessed, bool accepted)
{
	struct json_value *map, *proposals;
	enum err err = json_read(req->arena, finding->map, &req->problem, &map);

	if (!err)
		err = json_read(req->arena, finding->proposals, &req->problem, &proposals);
	if (err)
		return err;
	if (guessed)
		print_columns(map);
	print_proposals(proposals, accepted);
	return ERR_OK;
}
