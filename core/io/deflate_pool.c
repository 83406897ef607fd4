/// Packing contents in threads, and getting them back in their order.
#include <pthread.h>
#include <stdlib.h>

#include "io/io.h"

#define KEPT_CAPACITY ((size_t)4 << 20)

struct sf_deflate_pool {
  pthread_mutex_t mutex;
  pthread_cond_t work, done;
  pthread_t *threads;
  size_t thread_count;
  int level;
  sf_deflate_job *jobs;  // A ring.
  size_t room;
  size_t oldest, count;  // Those that are under way.
  size_t begun;          // Of them, those that a thread has taken.
  bool ending;
};

// --- One job ---------------------------------------------------------------

// Nothing is packed that does not become smaller.
static void pack_whole(sf_deflater *deflater, sf_deflate_job *job) {
  sheaf_bytes content = sf_buffer_bytes(&job->content);
  sf_sha256 sha;
  job->crc32 = sf_crc32(0, content.data, content.size);
  sf_sha256_init(&sha);
  sf_sha256_update(&sha, content.data, content.size);
  sf_sha256_hex(&sha, job->digest);
  if (!deflater || content.size < 2) return;
  char *room = sf_buffer_reserve(&job->packed, content.size);
  if (room)
    job->packed.size = sf_deflate(deflater, content, room, content.size - 1);
}

static void pack_part(sf_deflater *deflater, sf_deflate_job *job) {
  bool packed =
      deflater && sf_deflate_part(deflater, sf_buffer_bytes(&job->before),
                                  sf_buffer_bytes(&job->content),
                                  job->kind == SF_DEFLATE_LAST, &job->packed);
  job->packed.failed |= !packed;
}

static void pack(sf_deflater *deflater, sf_deflate_job *job) {
  if (job->kind == SF_DEFLATE_WHOLE)
    pack_whole(deflater, job);
  else
    pack_part(deflater, job);
}

static sf_deflate_job *job_at(sf_deflate_pool *pool, size_t place) {
  return &pool->jobs[(pool->oldest + place) % pool->room];
}

static void *work(void *context) {
  sf_deflate_pool *pool = context;
  sf_deflater *deflater = NULL;
  // Without memory for it contents are stored.
  if (pool->level) sf_deflater_new(&deflater, pool->level, NULL);
  pthread_mutex_lock(&pool->mutex);
  while (!pool->ending) {
    if (pool->begun == pool->count) {
      pthread_cond_wait(&pool->work, &pool->mutex);
      continue;
    }
    sf_deflate_job *job = job_at(pool, pool->begun++);
    pthread_mutex_unlock(&pool->mutex);
    pack(deflater, job);
    pthread_mutex_lock(&pool->mutex);
    job->done = true;
    pthread_cond_broadcast(&pool->done);
  }
  pthread_mutex_unlock(&pool->mutex);
  sf_deflater_free(deflater);
  return NULL;
}

// --- The pool --------------------------------------------------------------

static bool start_threads(sf_deflate_pool *pool, size_t count) {
  pool->threads = calloc(count, sizeof *pool->threads);
  while (pool->threads && pool->thread_count < count &&
         !pthread_create(&pool->threads[pool->thread_count], NULL, work, pool))
    pool->thread_count++;
  return pool->thread_count > 0;
}

int sf_deflate_pool_new(sf_deflate_pool **out, int level, size_t threads,
                        sheaf_error *error) {
  sf_deflate_pool *pool = calloc(1, sizeof *pool);
  if (!pool) return sf_no_memory(error);
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->work, NULL);
  pthread_cond_init(&pool->done, NULL);
  pool->level = level;
  pool->room = 4 * threads;
  pool->jobs = calloc(pool->room, sizeof *pool->jobs);
  if (!pool->jobs || !start_threads(pool, threads)) {
    sf_deflate_pool_free(pool);
    return sf_no_memory(error);
  }
  *out = pool;
  return SHEAF_OK;
}

void sf_deflate_pool_free(sf_deflate_pool *pool) {
  if (!pool) return;
  pthread_mutex_lock(&pool->mutex);
  pool->ending = true;
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->mutex);
  for (size_t i = 0; i < pool->thread_count; i++)
    pthread_join(pool->threads[i], NULL);
  for (size_t i = 0; pool->jobs && i < pool->room; i++) {
    sf_buffer_clear(&pool->jobs[i].before);
    sf_buffer_clear(&pool->jobs[i].content);
    sf_buffer_clear(&pool->jobs[i].packed);
  }
  pthread_cond_destroy(&pool->done);
  pthread_cond_destroy(&pool->work);
  pthread_mutex_destroy(&pool->mutex);
  free(pool->jobs);
  free(pool->threads);
  free(pool);
}

size_t sf_deflate_pool_room(const sf_deflate_pool *pool) {
  return pool->room;
}

bool sf_deflate_pool_full(const sf_deflate_pool *pool) {
  return pool->count == pool->room;
}

static void empty(sf_buffer *buffer) {
  if (buffer->failed || buffer->capacity > KEPT_CAPACITY)
    sf_buffer_clear(buffer);
  buffer->size = 0;
}

void sf_deflate_pool_add(sf_deflate_pool *pool, sf_deflate_kind kind,
                         sheaf_bytes before, sheaf_bytes content) {
  // Only this thread adds and takes: what is free stays so.
  sf_deflate_job *job = job_at(pool, pool->count);
  empty(&job->before);
  empty(&job->content);
  empty(&job->packed);
  job->done = false;
  job->kind = kind;
  sf_buffer_append(&job->before, before.data, before.size);
  sf_buffer_append(&job->content, content.data, content.size);
  job->content.failed |= job->before.failed;
  pthread_mutex_lock(&pool->mutex);
  pool->count++;
  pthread_cond_signal(&pool->work);
  pthread_mutex_unlock(&pool->mutex);
}

sf_deflate_job *sf_deflate_pool_take(sf_deflate_pool *pool) {
  if (!pool->count) return NULL;
  sf_deflate_job *job = job_at(pool, 0);
  pthread_mutex_lock(&pool->mutex);
  while (!job->done) pthread_cond_wait(&pool->done, &pool->mutex);
  pool->oldest = (pool->oldest + 1) % pool->room;
  pool->count--;
  pool->begun--;
  pthread_mutex_unlock(&pool->mutex);
  return job;
}
