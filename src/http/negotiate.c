/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of tokens with weights. */
#include "http/negotiate.h"

/* `0.8` → 800. What is not a weight counts as 0: such an offer is better not taken. */
static int parse_weight(struct str s)
{
	int weight, unit = 100;

	if (s.len == 0 || s.len > 5 || (s.ptr[0] != '0' && s.ptr[0] != '1'))
		return 0;
	weight = s.ptr[0] == '1' ? 1000 : 0;
	if (s.len > 1 && s.ptr[1] != '.')
		return 0;
	for (size_t i = 2; i < s.len; i++, unit /= 10) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return 0;
		weight += (s.ptr[i] - '0') * unit;
	}
	return weight > 1000 ? 0 : weight;
}

static int weight_of(struct str parameters)
{
	while (parameters.ptr) {
		struct str parameter = str_trim(str_cut(&parameters, ';'));

		if (parameter.len >= 2 && (parameter.ptr[0] | 0x20) == 'q' &&
			parameter.ptr[1] == '=')
			return parse_weight(str_slice(parameter, 2, parameter.len));
	}
	return 1000;
}

int negotiate_weight(struct str list, struct str token)
{
	while (list.ptr) {
		struct str item = str_cut(&list, ',');
		struct str name = str_trim(str_cut(&item, ';'));

		if (str_eq_nocase(name, token))
			return weight_of(item);
	}
	return -1;
}

bool negotiate_accepts(struct str accept, struct str media_type)
{
	return negotiate_weight(accept, media_type) > 0;
}
