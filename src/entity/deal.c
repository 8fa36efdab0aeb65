/* SPDX-License-Identifier: Apache-2.0 */
/* A deal: a possible sale on its way through a pipeline, and its contract. */
#include <stddef.h>

#include "core/entity.h"
#include "entity/options.h"

static const struct field_option statuses[] = {
	{"open", "Open"},
	{"won", "Won"},
	{"lost", "Lost"},
	{NULL, NULL},
};

static const struct field_option contract_statuses[] = {
	{"none", "None"},
	{"draft", "Draft"},
	{"sent", "Sent"},
	{"signed", "Signed"},
	{"terminated", "Terminated"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",              .kind = FIELD_TEXT,      .min_len = 1, .max_len = 200,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "opportunity|opportunity name|opportunity id|deal|deal name|title"},
	{.name = "stageId",           .kind = FIELD_REFERENCE, .references = "stage",
	 .flags = FIELD_LISTED | FIELD_NOT_NULL,
	 .help = "The first stage of the default pipeline unless said otherwise.",
	 .aliases = "deal stage|sales stage|status|phase"},
	{.name = "status",            .kind = FIELD_ENUM,      .options = statuses,
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL, .help = "Follows from the stage."},
	{.name = "companyId",         .kind = FIELD_REFERENCE, .references = "company",
	 .flags = FIELD_LISTED,
	 .aliases = "account|account name|company name|organisation|organization|customer|client"},
	{.name = "contactId",         .kind = FIELD_REFERENCE, .references = "contact",
	 .label = "Primary contact",
	 .aliases = "contact|contact name|primary contact"},
	{.name = "partnerId",         .kind = FIELD_REFERENCE, .references = "partner",
	 .help = "Of a deal that comes of a lead, the lead's partner unless said otherwise."},
	{.name = "product",           .kind = FIELD_TEXT,      .max_len = 200,
	 .flags = FIELD_SEARCHED,
	 .aliases = "product name|item"},
	{.name = "amount",            .kind = FIELD_MONEY,     .flags = FIELD_LISTED,
	 .help = "The sum of the lines where there are any.",
	 .aliases = "value|close value|deal value|deal amount|revenue|sum|price"},
	{.name = "currency",          .kind = FIELD_CURRENCY,
	 .help = "Fixed while there are lines."},
	{.name = "probability",       .kind = FIELD_INTEGER,   RANGE(0, 100),
	 .flags = FIELD_NOT_NULL, .help = "Per cent; the stage's unless said otherwise."},
	{.name = "startedAt",         .kind = FIELD_DATE,      .label = "Started",
	 .aliases = "engage date|start date|opened|open date"},
	{.name = "expectedCloseDate", .kind = FIELD_DATE,      .label = "Expected close",
	 .flags = FIELD_LISTED,
	 .aliases = "expected close date|forecast date"},
	{.name = "ownerId",           .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_CALLER | FIELD_LISTED,
	 .aliases = "sales agent|agent|salesperson|sales rep|assigned to|account manager|"
	            "responsible|deal owner"},
	{.name = "type",              .kind = FIELD_PICKLIST,  .picklist = "deal.type"},
	{.name = "source",            .kind = FIELD_PICKLIST,  .picklist = "lead.source"},
	{.name = "description",       .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL},

	{.name = "closedAt",          .kind = FIELD_DATE,      .label = "Closed",
	 .section = "Outcome", .flags = FIELD_LISTED,
	 .aliases = "close date|closed|closing date|closed date"},
	{.name = "wonReason",         .kind = FIELD_PICKLIST,  .picklist = "wonReason",
	 .section = "Outcome"},
	{.name = "lostReason",        .kind = FIELD_PICKLIST,  .picklist = "lostReason",
	 .section = "Outcome"},
	{.name = "closeNote",         .kind = FIELD_TEXT,      .max_len = 1000,
	 .section = "Outcome", .flags = FIELD_DETAIL},

	{.name = "contractStatus",    .kind = FIELD_ENUM,      .options = contract_statuses,
	 .initial = "\"none\"", .label = "Status", .section = "Contract"},
	{.name = "contractNumber",    .kind = FIELD_TEXT,      .max_len = 50, .label = "Number",
	 .section = "Contract", .flags = FIELD_SEARCHED},
	{.name = "contractSignedAt",  .kind = FIELD_DATE,      .label = "Signed on",
	 .section = "Contract"},
	{.name = "contractSignedBy",  .kind = FIELD_TEXT,      .max_len = 100,
	 .label = "Signed by", .section = "Contract"},
	{.name = "contractStartDate", .kind = FIELD_DATE,      .label = "Start",
	 .section = "Contract"},
	{.name = "contractEndDate",   .kind = FIELD_DATE,      .label = "End",
	 .section = "Contract"},
	{.name = "contractTerms",     .kind = FIELD_LONG_TEXT, .max_len = 50000, .label = "Terms",
	 .section = "Contract", .flags = FIELD_DETAIL},

	{.name = "pipelineId",        .kind = FIELD_REFERENCE, .references = "pipeline",
	 .section = "Computed", .flags = FIELD_READ_ONLY | FIELD_NOT_NULL},
	{.name = "position",          .kind = FIELD_TEXT,      .max_len = 100,
	 .section = "System", .flags = FIELD_READ_ONLY | FIELD_NOT_NULL,
	 .help = "Orders the cards of a board; compared byte by byte."},
	{.name = "amountBase",        .kind = FIELD_MONEY,     .label = "Amount in own currency",
	 .section = "Computed", .flags = FIELD_READ_ONLY},
	{.name = "weightedAmount",    .kind = FIELD_MONEY,     .section = "Computed",
	 .flags = FIELD_READ_ONLY, .help = "The amount times the probability."},
	{.name = "leadId",            .kind = FIELD_REFERENCE, .references = "lead",
	 .section = "Computed", .flags = FIELD_READ_ONLY},
	{.name = "stageChangedAt",    .kind = FIELD_DATETIME,  .label = "In this stage since",
	 .section = "Computed", .flags = FIELD_READ_ONLY | FIELD_NOT_NULL},
	{.name = "lastActivityAt",    .kind = FIELD_DATETIME,  .label = "Last activity",
	 .section = "Computed", .flags = FIELD_READ_ONLY},
	{.name = "nextActivityAt",    .kind = FIELD_DATETIME,  .label = "Next activity",
	 .section = "Computed", .flags = FIELD_READ_ONLY},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "deals_contract_number_unique",
		.field = "contractNumber",
		.message = "Another deal has this contract number."},
	{.constraint = "deals_contract_dates",
		.field = "contractEndDate",
		.message = "Must not be before the start."},
	{.constraint = "deals_contract_signed",
		.field = "contractSignedAt",
		.message = "A signed contract needs the day of signing."},
	{0},
};

static const struct entity_delete on_delete[] = {
	{.of = "activity", .by = "dealId", .rule = DELETE_CASCADE, .only_target = true},
	{.of = "task", .by = "dealId", .rule = DELETE_CASCADE, .only_target = true},
	{0},
};

static const struct entity_board board = {
	.by = "stageId",
	.order = "position",
	.amount = "amount",
	.sum = "amountBase",
	.weight = "probability",
	.totals = "deal_totals",
	.totals_by = ONE_OF("stageId", "ownerId", "partnerId"),
};

static const struct entity_nested nested[] = {
	{"lines", "deal_line", "dealId", 200},
	{"participants", "deal_participant", "dealId", 50},
	{0},
};

const struct entity entity_deal = {
	.name = "deal",
	.plural = "deals",
	.label = "Deal",
	.label_plural = "Deals",
	.icon = "deal",
	.group = "sales",
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH,
	.board = &board,
	.fields = fields,
	.constraints = constraints,
	.nested = nested,
	.owner_field = "ownerId",
	.on_delete = on_delete,
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
