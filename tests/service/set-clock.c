/* SPDX-FileCopyrightText: The Watchfire authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Loaded before a real program (LD_PRELOAD), it makes that see the machine's clock ahead or behind by as many milliseconds as
 * stand in the file WATCHFIRE_SET_CLOCK, eight bytes that a test changes while the program runs: a person, or a time server,
 * who sets the clock. The counter that nobody sets (CLOCK_MONOTONIC) stays as it is. */

static volatile int64_t *offset;

__attribute__ ((constructor)) static void
find_offset (void)
{
  const char *path = getenv ("WATCHFIRE_SET_CLOCK");
  int file = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  void *bytes = file >= 0 ? mmap (NULL, sizeof *offset, PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;

  if (bytes != MAP_FAILED)
    offset = bytes;
  if (file >= 0)
    close (file);
}

int
clock_gettime (clockid_t        clock,
               struct timespec *now)
{
  int result = (int) syscall (SYS_clock_gettime, clock, now);

  if (result == 0 && offset != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    {
      int64_t ns = now->tv_nsec + (*offset % 1000) * 1000000;

      now->tv_sec += *offset / 1000 + (ns < 0 ? -1 : ns / 1000000000);
      now->tv_nsec = ns < 0 ? ns + 1000000000 : ns % 1000000000;
    }

  return result;
}

int
gettimeofday (struct timeval *restrict now,
              void *restrict           zone)
{
  struct timespec precise;
  int result = clock_gettime (CLOCK_REALTIME, &precise);

  (void) zone;
  now->tv_sec = precise.tv_sec;
  now->tv_usec = precise.tv_nsec / 1000;

  return result;
}

time_t
time (time_t *now)
{
  struct timespec precise;

  clock_gettime (CLOCK_REALTIME, &precise);
  if (now != NULL)
    *now = precise.tv_sec;

  return precise.tv_sec;
}
