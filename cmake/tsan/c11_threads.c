// C11 threads on POSIX threads, for builds with ThreadSanitizer: librdkafka uses the former, the sanitizer knows only the
// latter. It would neither see its threads begin nor its locks taken, and ends with a fault of its own. Linked into the
// program (with its symbols exported), these definitions are found before those of the C library.
//
// glibc makes mtx_t and cnd_t as large as their counterparts and aligns them alike; that is checked here.
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <threads.h>

_Static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t), "mtx_t is not as large as pthread_mutex_t");
_Static_assert(_Alignof(mtx_t) >= _Alignof(pthread_mutex_t), "mtx_t is not aligned as pthread_mutex_t");
_Static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t), "cnd_t is not as large as pthread_cond_t");
_Static_assert(_Alignof(cnd_t) >= _Alignof(pthread_cond_t), "cnd_t is not aligned as pthread_cond_t");
_Static_assert(sizeof(thrd_t) == sizeof(pthread_t), "thrd_t is not as large as pthread_t");

static pthread_mutex_t *mutex_of(mtx_t *mutex) { return (pthread_mutex_t *)mutex; }
static pthread_cond_t *condition_of(cnd_t *condition) { return (pthread_cond_t *)condition; }

static int result_of(int error) {
  switch (error) {
    case 0: return thrd_success;
    case EBUSY: return thrd_busy;
    case ENOMEM: return thrd_nomem;
    case ETIMEDOUT: return thrd_timedout;
    default: return thrd_error;
  }
}

int mtx_init(mtx_t *mutex, int type) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
  const int error = pthread_mutex_init(mutex_of(mutex), &attributes);
  pthread_mutexattr_destroy(&attributes);
  return result_of(error);
}
int mtx_lock(mtx_t *mutex) { return result_of(pthread_mutex_lock(mutex_of(mutex))); }
int mtx_unlock(mtx_t *mutex) { return result_of(pthread_mutex_unlock(mutex_of(mutex))); }
void mtx_destroy(mtx_t *mutex) { pthread_mutex_destroy(mutex_of(mutex)); }

int cnd_init(cnd_t *condition) { return result_of(pthread_cond_init(condition_of(condition), NULL)); }
int cnd_signal(cnd_t *condition) { return result_of(pthread_cond_signal(condition_of(condition))); }
int cnd_broadcast(cnd_t *condition) { return result_of(pthread_cond_broadcast(condition_of(condition))); }
int cnd_wait(cnd_t *condition, mtx_t *mutex) {
  return result_of(pthread_cond_wait(condition_of(condition), mutex_of(mutex)));
}
int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict until) {
  return result_of(pthread_cond_timedwait(condition_of(condition), mutex_of(mutex), until));
}
void cnd_destroy(cnd_t *condition) { pthread_cond_destroy(condition_of(condition)); }

struct start {
  thrd_start_t run;
  void *argument;
};

static void *begin(void *given) {
  const struct start start = *(struct start *)given;
  free(given);
  return (void *)(intptr_t)start.run(start.argument);
}

int thrd_create(thrd_t *thread, thrd_start_t run, void *argument) {
  struct start *start = malloc(sizeof *start);
  if (start == NULL) return thrd_nomem;
  *start = (struct start){run, argument};
  const int error = pthread_create((pthread_t *)thread, NULL, begin, start);
  if (error != 0) free(start);
  return error == EAGAIN ? thrd_nomem : result_of(error);
}
int thrd_join(thrd_t thread, int *result) {
  void *ended = NULL;
  const int error = pthread_join((pthread_t)thread, &ended);
  if (error == 0 && result != NULL) *result = (int)(intptr_t)ended;
  return result_of(error);
}
thrd_t thrd_current(void) { return (thrd_t)pthread_self(); }
