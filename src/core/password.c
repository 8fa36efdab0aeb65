/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: bcrypt on the thread pool, behind slots that all loops share. */
#include "core/password.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fiber.h"
#include "base/loop.h"

enum {
	PREPARED_LEN = 44, /* base64 of 32 bytes */
	SALT_BYTES = 16,
	SETTING_MAX = 128,
	QUEUE_PER_SLOT = 40, /* ten seconds of waiting */
	RETRY_AFTER = 10,
	NICENESS = 19,
};

static const unsigned char application_key[] = "cairn password, version 1";

/* What an absent account is compared with: the cost is what matters, no password is known for it. */
static const char nobody[] = "$2b$12$CairnNobodyCairnNobodu1wH0vJcQxS0mP6iUe7fLr8tYzKaBdE2";

/* --- slots -------------------------------------------------------------------------------------- */

struct waiter {
	struct waiter *next;
	struct loop *loop;
	struct fiber *fiber;
};

static struct {
	pthread_mutex_t lock;
	unsigned slots, queue; /* 0 = not yet known */
	unsigned running, waiting;
	struct waiter *first, **last;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .last = &gate.first};

static void init_limits(void)
{
	if (gate.slots == 0) {
		long cores = sysconf(_SC_NPROCESSORS_ONLN);

		gate.slots = cores > 2 ? (unsigned)cores - 1 : 1;
	}
	if (gate.queue == 0)
		gate.queue = gate.slots * QUEUE_PER_SLOT;
}

void password_set_limits(unsigned slots, unsigned queue)
{
	pthread_mutex_lock(&gate.lock);
	gate.slots = slots;
	gate.queue = queue;
	pthread_mutex_unlock(&gate.lock);
}

/* A waiter lives on the stack of its fiber, which sleeps until the slot is its own. */
static bool slot_take(void)
{
	struct waiter waiter = {.loop = loop_self(), .fiber = fiber_self()};
	bool full, wait;

	pthread_mutex_lock(&gate.lock);
	init_limits();
	wait = gate.running >= gate.slots;
	full = wait && gate.waiting >= gate.queue;
	if (!wait) {
		gate.running++;
	} else if (!full) {
		*gate.last = &waiter;
		gate.last = &waiter.next;
		gate.waiting++;
	}
	pthread_mutex_unlock(&gate.lock);
	if (wait && !full)
		fiber_suspend();
	return !full;
}

static void wake(void *fiber)
{
	fiber_wake(fiber);
}

/* The slot passes to the first who waits. */
static void slot_give(void)
{
	struct waiter *next;
	struct loop *loop = NULL;
	struct fiber *fiber = NULL;

	pthread_mutex_lock(&gate.lock);
	next = gate.first;
	if (next) {
		gate.first = next->next;
		if (!gate.first)
			gate.last = &gate.first;
		gate.waiting--;
		loop = next->loop;
		fiber = next->fiber;
	} else {
		gate.running--;
	}
	pthread_mutex_unlock(&gate.lock);
	if (loop)
		loop_post(loop, wake, fiber);
}

/* --- hashing ------------------------------------------------------------------------------------ */

struct job {
	char prepared[PREPARED_LEN + 1];
	char setting[SETTING_MAX]; /* salt and cost, or the hash to compare with */
	char result[SETTING_MAX];
	bool done;
};

static void prepare(struct job *job, struct str password)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	INVARIANT(HMAC(EVP_sha256(), application_key, sizeof(application_key) - 1,
			  (const unsigned char *)password.ptr, password.len, mac, &len) != NULL);
	EVP_EncodeBlock((unsigned char *)job->prepared, mac, (int)len);
	explicit_bzero(mac, sizeof(mac));
}

/* Once per thread of the pool: a storm of sign-ins gives way to whoever is being served. */
static void lower_priority(void)
{
	static _Thread_local bool done;

	if (!done)
		(void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS);
	done = true;
}

static void run_job(void *arg)
{
	struct job *job = arg;
	struct crypt_data *data = calloc(1, sizeof(*data));
	const char *hash;

	INVARIANT(data != NULL);
	lower_priority();
	hash = crypt_r(job->prepared, job->setting, data);
	job->done = hash && hash[0] == '$' && strlen(hash) < sizeof(job->result);
	if (job->done)
		memcpy(job->result, hash, strlen(hash) + 1);
	explicit_bzero(data, sizeof(*data));
	free(data);
}

static enum err run(struct problem *problem, struct job *job)
{
	if (!slot_take()) {
		problem->retry_after = RETRY_AFTER;
		return problem_log(
			problem, ERR_UNAVAILABLE, "too many passwords wait to be hashed");
	}
	loop_work(run_job, job);
	slot_give();
	explicit_bzero(job->prepared, sizeof(job->prepared));
	return ERR_OK;
}

enum err password_hash(
	struct problem *problem, struct arena *arena, struct str password, struct str *hash_out)
{
	struct job job = {.done = false};
	char salt[SALT_BYTES];
	enum err err;

	INVARIANT(getrandom(salt, sizeof(salt), 0) == sizeof(salt));
	INVARIANT(crypt_gensalt_rn("$2b$", PASSWORD_COST, salt, sizeof(salt), job.setting,
			  sizeof(job.setting)) != NULL);
	prepare(&job, password);
	err = run(problem, &job);
	if (!err && !job.done)
		err = problem_log(problem, ERR_INTERNAL, "crypt_r refused to hash a password");
	if (!err)
		*hash_out = arena_str(arena, str_of(job.result));
	explicit_bzero(&job, sizeof(job));
	return err;
}

enum err password_verify(
	struct problem *problem, struct str password, struct str hash, bool *match_out)
{
	struct job job = {.done = false};
	bool known = hash.ptr && hash.len < sizeof(job.setting);
	struct str setting = known ? hash : str_of(nobody);
	enum err err;

	*match_out = false;
	memcpy(job.setting, setting.ptr, setting.len);
	prepare(&job, password);
	err = run(problem, &job);
	if (!err && known)
		*match_out = job.done && strlen(job.result) == hash.len &&
			CRYPTO_memcmp(job.result, hash.ptr, hash.len) == 0;
	explicit_bzero(&job, sizeof(job));
	return err;
}
