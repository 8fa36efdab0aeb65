/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets that are not configured: made once, kept in the data directory, readable by their owner only. */
#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64url.h"
#include "core/config.h"

enum { SECRET_BYTES = 48, FILE_MAX = 1024 };

static enum err failed(struct problem *problem, const char *what, const char *path)
{
	return problem_set(problem, ERR_INVALID, "%s %s: %s.", what, path, strerror(errno));
}

/* PostgreSQL's child, another user, must be able to pass through: 0755. */
static enum err make_directories(struct config *config, struct problem *problem)
{
	char *path = arena_cstr(&config->arena, str_of(config->data_dir));

	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(path, 0755) != 0 && errno != EEXIST)
			return failed(problem, "Cannot make the directory", path);
		*slash = '/';
	}
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return failed(problem, "Cannot make the data directory", path);
	return ERR_OK;
}

static bool write_all(int fd, struct str text)
{
	while (text.len) {
		ssize_t n = write(fd, text.ptr, text.len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			text = str_slice(text, (size_t)n, text.len);
	}
	return fsync(fd) == 0;
}

/* Written beside and linked into place, so that of two servers that start at once both get the same
 * whole secret. */
static enum err make_secret(struct config *config, const char *path, struct problem *problem)
{
	const char *draft = arena_printf(&config->arena, "%s.%ld", path, (long)getpid()).ptr;
	unsigned char bytes[SECRET_BYTES];
	struct str text;
	int fd;
	bool made;

	INVARIANT(getrandom(bytes, sizeof(bytes), 0) == sizeof(bytes));
	text = base64url_encode(&config->arena, (struct str){(char *)bytes, sizeof(bytes)});
	explicit_bzero(bytes, sizeof(bytes));
	(void)unlink(draft);
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return failed(problem, "Cannot make the secret", draft);
	made = write_all(fd, text) && (link(draft, path) == 0 || errno == EEXIST);
	if (!made) {
		int why = errno;
		(void)close(fd);
		(void)unlink(draft);
		errno = why;
		return failed(problem, "Cannot make the secret", path);
	}
	(void)close(fd);
	(void)unlink(draft);
	return ERR_OK;
}

static enum err check_file(int fd, const char *path, struct problem *problem)
{
	struct stat stat;

	if (fstat(fd, &stat) != 0)
		return failed(problem, "Cannot read the secret", path);
	if (!S_ISREG(stat.st_mode) || (stat.st_mode & 077) != 0)
		return problem_set(problem, ERR_INVALID,
			"The secret %s can be read by others; make its mode 0600.", path);
	return ERR_OK;
}

static enum err read_secret(
	struct config *config, const char *path, const char **out, struct problem *problem)
{
	char text[FILE_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	enum err err;

	if (fd < 0)
		return failed(problem, "Cannot read the secret", path);
	err = check_file(fd, path, problem);
	n = err ? 0 : read(fd, text, sizeof(text));
	(void)close(fd);
	if (err)
		return err;
	if (n < 0)
		return failed(problem, "Cannot read the secret", path);
	*out = arena_cstr(&config->arena, str_trim((struct str){text, (size_t)n}));
	explicit_bzero(text, sizeof(text));
	if (strlen(*out) < CONFIG_SECRET_MIN)
		return problem_set(problem, ERR_INVALID,
			"The secret %s must have at least %d bytes.", path, CONFIG_SECRET_MIN);
	return ERR_OK;
}

static enum err keep_secret(
	struct config *config, const char *name, const char **secret, struct problem *problem)
{
	const char *path;
	enum err err = ERR_OK;

	if (*secret)
		return ERR_OK;
	path = arena_printf(&config->arena, "%s/%s", config->data_dir, name).ptr;
	if (access(path, F_OK) != 0)
		err = make_secret(config, path, problem);
	return err ? err : read_secret(config, path, secret, problem);
}

enum err config_secrets(struct config *config, struct problem *problem)
{
	enum err err = ERR_OK;

	if (!config->jwt_secret || !config->jwt_refresh_secret)
		err = make_directories(config, problem);
	if (!err)
		err = keep_secret(config, "jwt_secret", &config->jwt_secret, problem);
	if (!err)
		err = keep_secret(
			config, "jwt_refresh_secret", &config->jwt_refresh_secret, problem);
	if (!err && str_is(str_of(config->jwt_secret), config->jwt_refresh_secret))
		err = problem_set(problem, ERR_INVALID,
			"JWT_SECRET and JWT_REFRESH_SECRET must not be the same.");
	return err;
}
