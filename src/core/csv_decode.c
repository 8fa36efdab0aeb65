/* SPDX-License-Identifier: Apache-2.0 */
/* CSV: byte order marks and UTF-16. */
#include "core/csv_decode.h"

static const char *const names[CSV_ENCODING__COUNT] = {
	[CSV_DETECT] = "detect",
	[CSV_UTF8] = "utf-8",
	[CSV_UTF16LE] = "utf-16le",
	[CSV_UTF16BE] = "utf-16be",
	[CSV_WINDOWS_1252] = "windows-1252",
	[CSV_WINDOWS_1250] = "windows-1250",
	[CSV_WINDOWS_1251] = "windows-1251",
	[CSV_WINDOWS_1253] = "windows-1253",
	[CSV_WINDOWS_1254] = "windows-1254",
	[CSV_WINDOWS_1255] = "windows-1255",
	[CSV_WINDOWS_1256] = "windows-1256",
	[CSV_WINDOWS_1257] = "windows-1257",
	[CSV_WINDOWS_1258] = "windows-1258",
	[CSV_ISO_8859_2] = "iso-8859-2",
	[CSV_ISO_8859_15] = "iso-8859-15",
};

static const struct {
	const char *name;
	enum csv_encoding encoding;
} other_names[] = {
	{"latin-1", CSV_WINDOWS_1252},
	{"latin1", CSV_WINDOWS_1252},
	{"iso-8859-1", CSV_WINDOWS_1252},
	{"latin-2", CSV_ISO_8859_2},
	{"latin2", CSV_ISO_8859_2},
	{"latin-9", CSV_ISO_8859_15},
};

const char *csv_encoding_name(enum csv_encoding encoding)
{
	return names[encoding];
}

bool csv_encoding_find(struct str name, enum csv_encoding *out)
{
	for (size_t i = 0; i < CSV_ENCODING__COUNT; i++) {
		if (str_eq_nocase(name, str_of(names[i]))) {
			*out = (enum csv_encoding)i;
			return true;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(other_names); i++) {
		if (str_eq_nocase(name, str_of(other_names[i].name))) {
			*out = other_names[i].encoding;
			return true;
		}
	}
	return false;
}

/* --- characters ------------------------------------------------------------------------------- */

static void put_code_point(struct buf *out, unsigned c)
{
	char bytes[4];
	size_t n = 0;

	if (c < 0x80) {
		bytes[n++] = (char)c;
	} else if (c < 0x800) {
		bytes[n++] = (char)(0xC0 | c >> 6);
	} else if (c < 0x10000) {
		bytes[n++] = (char)(0xE0 | c >> 12);
		bytes[n++] = (char)(0x80 | (c >> 6 & 0x3F));
	} else {
		bytes[n++] = (char)(0xF0 | c >> 18);
		bytes[n++] = (char)(0x80 | (c >> 12 & 0x3F));
		bytes[n++] = (char)(0x80 | (c >> 6 & 0x3F));
	}
	if (c >= 0x80)
		bytes[n++] = (char)(0x80 | (c & 0x3F));
	buf_append(out, (struct str){bytes, n});
}

/* --- UTF-16 ----------------------------------------------------------------------------------- */

static void put_unit(struct csv_decoder *decoder, unsigned unit, struct buf *out)
{
	bool is_low = unit >= 0xDC00 && unit < 0xE000;
	bool is_high = unit >= 0xD800 && unit < 0xDC00;
	unsigned lead = decoder->lead;

	decoder->lead = is_high ? unit : 0;
	if (lead && is_low) {
		put_code_point(out, 0x10000 + ((lead - 0xD800) << 10) + (unit - 0xDC00));
		return;
	}
	if (lead || is_low)
		buf_append_char(out, (char)0xFF);
	if (!is_low && !is_high)
		put_code_point(out, unit);
}

static void decode_utf16(struct csv_decoder *decoder, struct str bytes, struct buf *out)
{
	unsigned low = decoder->encoding == CSV_UTF16LE ? 0 : 1;

	for (size_t i = 0; i < bytes.len; i++) {
		decoder->held[decoder->held_len++] = (unsigned char)bytes.ptr[i];
		if (decoder->held_len == 2) {
			put_unit(decoder,
				(unsigned)decoder->held[1 - low] << 8 | decoder->held[low], out);
			decoder->held_len = 0;
		}
	}
}

/* --- the whole -------------------------------------------------------------------------------- */

static void decode(struct csv_decoder *decoder, struct str bytes, struct buf *out)
{
	if (decoder->encoding == CSV_UTF16LE || decoder->encoding == CSV_UTF16BE)
		decode_utf16(decoder, bytes, out);
	else
		buf_append(out, bytes);
}

/* The first bytes are there, or all of them: take the mark off and decode the rest. */
static void begin(struct csv_decoder *decoder, struct buf *out)
{
	static const struct {
		struct str mark;
		enum csv_encoding encoding;
	} marks[] = {
		{{"\xEF\xBB\xBF", 3}, CSV_UTF8},
		{{"\xFF\xFE", 2}, CSV_UTF16LE},
		{{"\xFE\xFF", 2}, CSV_UTF16BE},
	};
	unsigned char bytes[4];
	struct str rest = {(const char *)bytes, decoder->held_len};

	memcpy(bytes, decoder->held, sizeof(bytes));
	decoder->held_len = 0;
	decoder->begun = true;
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		bool wanted = decoder->encoding == CSV_DETECT ||
			decoder->encoding == marks[i].encoding;

		if (wanted && str_starts_with(rest, marks[i].mark)) {
			decoder->encoding = marks[i].encoding;
			rest = str_slice(rest, marks[i].mark.len, rest.len);
			break;
		}
	}
	decode(decoder, rest, out);
}

void csv_decode(struct csv_decoder *decoder, struct str bytes, bool last, struct buf *out)
{
	while (!decoder->begun && bytes.len && decoder->held_len < 3) {
		decoder->held[decoder->held_len++] = (unsigned char)bytes.ptr[0];
		bytes = str_slice(bytes, 1, bytes.len);
	}
	if (!decoder->begun && (decoder->held_len == 3 || last))
		begin(decoder, out);
	if (decoder->begun)
		decode(decoder, bytes, out);
	if (last && (decoder->held_len || decoder->lead))
		buf_append_char(out, (char)0xFF);
	if (last)
		decoder->held_len = decoder->lead = 0;
}
