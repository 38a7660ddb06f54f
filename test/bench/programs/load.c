/*
 * The load generator that `npm run bench -- --generator c` uses in place of `echoscope bench`: the same three closed
 * loops, with the same check of every byte, as one writes them in C for Linux. It costs less than any of the servers, so
 * that the server is the limit and not the load.
 *
 *   cc -O2 -o load load.c && ./load pingpong tcp 8080 64 64 3000    (connections, bytes of a message, milliseconds)
 *
 * pingpong  each connection sends a message and waits until all of it is back; over UDP each peer sends a datagram.
 * stream    each connection sends messages as fast as the server returns them, with 512 KiB under way as `bench` has.
 * connect   each place connects, sends a message and FIN, reads until the server's FIN, and closes; over and over.
 *
 * Prints what `echoscope bench --json` prints of these: rates a second, latencies in milliseconds, `errors` and `corrupt`.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    max_events = 1024,
    largest = 64 * 1024,
    largest_datagram = 65507,
    period = 65521,     /* A prime: no loss of a whole buffer goes unseen. */
    most_places = 60000,
    window = 512 * 1024,
    patience_ms = 2000, /* How long all may be silent once the time is over. */
    longest_end_ms = 8000,
    failures_borne = 100,
    addresses = 64,
};

static const int64_t million = 1000000; /* Nanoseconds of a millisecond. */

enum mode { pingpong, stream, connecting };

struct place {
    int fd;            /* -1 while it has no connection. */
    uint32_t shift;    /* Where in the pattern its bytes begin: no two places send the same. */
    uint64_t base;     /* Bytes of the messages before this one: no message is like the one before. */
    uint64_t sent;     /* Bytes of this message, in a stream of all. */
    uint64_t received;
    int64_t began;     /* When the message, or the connection, was begun, ns. */
    bool finished;     /* Our FIN is sent. */
};

static uint8_t pattern[period + largest];
static uint8_t buffer[largest];

static enum mode mode;
static bool datagrams;
static struct sockaddr_in server;
static uint64_t size;
static int epoll;
static bool is_over;

static uint64_t errors, corrupt, done, bytes;
static int64_t heard; /* When a byte came last, ns. */
static uint64_t failures; /* In a row. */

static uint32_t *latencies; /* In units of 100 ns: 7 minutes at the most. */
static size_t latency_room;

static void die(const char *what) {
    perror(what);
    exit(EXIT_FAILURE);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void note(int64_t began) {
    if (is_over) return;
    if (done == latency_room) {
        latency_room = latency_room == 0 ? 1 << 20 : 2 * latency_room;
        latencies = realloc(latencies, latency_room * sizeof *latencies);
        if (latencies == NULL) die("realloc");
    }
    latencies[done++] = (uint32_t)((now() - began) / 100);
}

static const uint8_t *expected(const struct place *place, uint64_t offset) {
    return pattern + (place->shift + place->base + offset) % period;
}

static void check(const struct place *place, size_t length) {
    const uint8_t *due = expected(place, place->received);
    if (memcmp(buffer, due, length) == 0) return;
    for (size_t at = 0; at < length; at++) corrupt += buffer[at] != due[at];
}

static void leave(struct place *place) {
    close(place->fd); /* That ends its watch as well. */
    place->fd = -1;
}

static void fail(struct place *place) {
    leave(place);
    errors++;
    failures++;
}

/*
 * The connections of `connect` come from one address of 127.0.0.0/8 after the other: for one pair of addresses there are
 * 28,000 ports, of which connect(2) takes every second one, and none again within a second. That would bound all servers at
 * 14,000 connections a second.
 */
static bool lend_address(const struct place *place) {
    static uint32_t connections;
    int on = 1;
    struct sockaddr_in own = {.sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK + connections++ % addresses)};
    return setsockopt(place->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) == 0 &&
           bind(place->fd, (struct sockaddr *)&own, sizeof own) == 0;
}

static void watch(int operation, struct place *place) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = place};
    if (epoll_ctl(epoll, operation, place->fd, &event) == -1) die("epoll_ctl");
}

/* Makes a connection, or what a datagram socket has for one. In the two modes that keep theirs it waits for it. */
static bool open_place(struct place *place) {
    place->base += place->received;
    place->sent = place->received = 0;
    place->finished = false;
    place->began = now();
    int kind = datagrams ? SOCK_DGRAM : SOCK_STREAM;
    place->fd = socket(AF_INET, kind | SOCK_CLOEXEC | (mode == connecting ? SOCK_NONBLOCK : 0), 0);
    if (place->fd == -1) die("socket");
    if (mode == connecting && !lend_address(place)) die("bind");
    if (connect(place->fd, (struct sockaddr *)&server, sizeof server) == -1 && errno != EINPROGRESS) return false;
    int on = 1;
    if (!datagrams) setsockopt(place->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(EPOLL_CTL_ADD, place);
    return true;
}

/* Sends on, as much as the kernel takes at once. False where the connection is broken. */
static bool send_on(struct place *place) {
    uint64_t left = mode == stream ? size : size - place->sent;
    ssize_t count = send(place->fd, expected(place, place->sent), left, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count == -1) return errno == EAGAIN || errno == EINTR;
    place->sent += (uint64_t)count;
    return true;
}

static bool finish(struct place *place) {
    place->finished = true;
    return shutdown(place->fd, SHUT_WR) == 0;
}

/* Receives once. Returns what recv(2) does; `none`: whether nothing is there yet. */
static ssize_t receive(struct place *place, bool *none) {
    ssize_t count = recv(place->fd, buffer, sizeof buffer, MSG_DONTWAIT);
    *none = count == -1 && (errno == EAGAIN || errno == EINTR);
    if (count <= 0) return count;
    check(place, (size_t)count);
    heard = now();
    place->received += (uint64_t)count;
    if (!is_over) bytes += (uint64_t)count;
    return count;
}

/* What a turn of each mode comes to. */
enum outcome { goes_on, broken, ended };

static enum outcome turn_pingpong(struct place *place) {
    bool none = false;
    if (place->sent == size) {
        ssize_t count = receive(place, &none);
        if (none || (count > 0 && place->received < size && !datagrams)) return goes_on;
        if (count <= 0 || place->received != size) return broken;
        note(place->began);
        if (is_over) return ended;
        place->base += size;
        place->sent = place->received = 0;
        place->began = now();
    }
    return send_on(place) ? goes_on : broken;
}

/* Both ways for some turns; where there may be more, watching it anew puts it behind the others. */
static enum outcome turn_stream(struct place *place) {
    for (int turn = 0; turn < 4; turn++) {
        uint64_t before = place->sent + place->received;
        bool may_more = !place->finished && place->sent - place->received <= window - size;
        if (may_more && !send_on(place)) return broken;
        bool none = false;
        ssize_t count = receive(place, &none);
        if (count == 0) return place->finished && place->received == place->sent ? ended : broken;
        if (count == -1 && !none) return broken;
        if (place->sent + place->received == before) return goes_on;
    }
    watch(EPOLL_CTL_MOD, place);
    return goes_on;
}

static enum outcome turn_connect(struct place *place, uint32_t events) {
    if (place->sent < size) {
        if (!send_on(place)) return broken;
        if (place->sent < size) return goes_on;
        if (!finish(place)) return broken;
        if ((events & EPOLLIN) == 0) return goes_on;
    }
    /* No event comes any more for a FIN that stands behind the bytes already. */
    do {
        bool none = false;
        ssize_t count = receive(place, &none);
        if (none) return goes_on;
        if (count == 0 && place->received == size) {
            note(place->began);
            failures = 0;
            return ended;
        }
        if (count <= 0) return broken;
    } while ((events & EPOLLRDHUP) != 0);
    return goes_on;
}

static enum outcome turn(struct place *place, uint32_t events) {
    switch (mode) {
    case pingpong: return turn_pingpong(place);
    case stream: return turn_stream(place);
    case connecting: return turn_connect(place, events);
    }
    return broken;
}

/* The next connection of a place whose last one is gone; false where it gets none. */
static bool begin_again(struct place *place) {
    while (mode == connecting && !is_over && failures < failures_borne) {
        if (open_place(place)) return true;
        fail(place);
    }
    return false;
}

static int ascending(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static double milliseconds(double part) {
    size_t at = (size_t)((double)done * part);
    return (double)latencies[at < done ? at : done - 1] / 1e4;
}

static void rate(const char *name, bool applies, uint64_t count, double seconds) {
    printf(applies ? "\"%s\":%.3f," : "\"%s\":null,", name, (double)count / seconds);
}

static void report(double seconds) {
    putchar('{');
    rate("roundTripsPerSecond", mode == pingpong, done, seconds);
    rate("bytesPerSecond", mode == stream, bytes, seconds);
    rate("connectionsPerSecond", mode == connecting, done, seconds);
    if (done == 0) {
        printf("\"latency\":null,");
    } else {
        qsort(latencies, done, sizeof *latencies, ascending);
        printf("\"latency\":{\"p50\":%.4f,\"p90\":%.4f,\"p99\":%.4f,\"p999\":%.4f,\"max\":%.4f},", milliseconds(0.5),
               milliseconds(0.9), milliseconds(0.99), milliseconds(0.999), milliseconds(1));
    }
    printf("\"errors\":%llu,\"corrupt\":%llu}\n", (unsigned long long)errors, (unsigned long long)corrupt);
}

static uint64_t number(const char *word, uint64_t most) {
    char *end;
    unsigned long long value = strtoull(word, &end, 10);
    if (*word == '\0' || *end != '\0' || value < 1 || value > most) {
        fprintf(stderr, "%s: a number from 1 to %llu is expected\n", word, (unsigned long long)most);
        exit(2);
    }
    return value;
}

int main(int count, char **words) {
    static const char *const names[] = {"pingpong", "stream", "connect"};
    int chosen = -1;
    for (int at = 0; count == 7 && at < 3; at++)
        if (strcmp(words[1], names[at]) == 0) chosen = at;
    datagrams = chosen != -1 && strcmp(words[2], "udp") == 0;
    if (chosen == -1 || (datagrams ? chosen != pingpong : strcmp(words[2], "tcp") != 0)) {
        fprintf(stderr, "usage: %s pingpong|stream|connect tcp PORT CONNECTIONS SIZE MILLISECONDS\n"
                        "       %s pingpong udp PORT CONNECTIONS SIZE MILLISECONDS\n", words[0], words[0]);
        return 2;
    }
    mode = (enum mode)chosen;
    server = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)number(words[3], 65535)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    size_t places = number(words[4], most_places);
    size = number(words[5], datagrams ? largest_datagram : largest);
    int64_t duration = (int64_t)number(words[6], 400000) * million;

    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    uint32_t random = 2463534242;
    for (size_t at = 0; at < sizeof pattern; at++) {
        random ^= random << 13, random ^= random >> 17, random ^= random << 5; /* Marsaglia's xorshift. */
        pattern[at] = at < period ? (uint8_t)(random >> 8) : pattern[at - period];
    }
    epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll == -1) die("epoll_create1");
    struct place *all = calloc(places, sizeof *all);
    if (all == NULL) die("calloc");
    size_t open = 0;
    for (size_t at = 0; at < places; at++) {
        all[at].shift = (uint32_t)(at * 7919 % period);
        if (!open_place(&all[at])) die("connect");
        open++;
    }

    struct epoll_event events[max_events];
    int64_t began = now(), end = began + duration, over = 0;
    for (size_t at = 0; mode != connecting && at < places; at++) all[at].began = began;
    while (open > 0) {
        int64_t time = now();
        if (!is_over && time >= end) {
            is_over = true;
            heard = over = time;
            for (size_t at = 0; mode == stream && at < places; at++)
                if (all[at].fd != -1 && finish(&all[at])) watch(EPOLL_CTL_MOD, &all[at]);
        }
        if (is_over && (time - heard >= patience_ms * million || time - over >= longest_end_ms * million)) break;
        int64_t wait = is_over ? patience_ms * million - (time - heard) : end - time;
        int ready = epoll_wait(epoll, events, max_events, (int)(wait / million) + 1);
        if (ready == -1 && errno != EINTR) die("epoll_wait");
        for (int at = 0; at < ready; at++) {
            struct place *place = events[at].data.ptr;
            enum outcome outcome = turn(place, events[at].events);
            if (outcome == goes_on) continue;
            if (outcome == broken) fail(place);
            else leave(place);
            if (!begin_again(place)) open--;
        }
    }
    errors += open; /* Answers that never came. */
    report((double)((is_over ? over : now()) - began) / 1e9);
}
