/*
 * The reference that `npm run bench` measures echoscope against: a single-threaded echo server as one writes it in C
 * for Linux, with edge-triggered epoll(7). Level-triggered it echoed 30% fewer bytes per second on eight streams, where
 * each full window costs two calls of epoll_ctl, and its p99 over 64 connections was two thirds longer.
 *
 *   cc -O2 -o echo echo.c && ./echo tcp 8080    (or udp)
 *
 * It is meant as an honest rival: what the kernel does not take at once is kept, and nothing more is read from that
 * peer until it is gone; after the peer's FIN everything still owed is sent before ours; connections that wait are
 * accepted together; and a peer that never falls silent does not keep the others waiting.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { max_events = 1024, backlog = 511, reads_in_a_turn = 4 };

/* One buffer for all: what is read is sent, or kept aside, before the next read. As large as the one Node reads into. */
static char buffer[64 * 1024];

struct connection {
    int fd;
    bool ending;   /* The peer's FIN, or RST, has come, or waits behind what it sent. */
    char *owed;    /* What the kernel has not taken yet; null while it keeps up. Nothing more is read meanwhile. */
    size_t length; /* Bytes at `owed`. */
    size_t sent;   /* Bytes of them that it has taken since. */
};

static void die(const char *what) {
    perror(what);
    exit(EXIT_FAILURE);
}

static void watch(int epoll, int operation, struct connection *connection) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = connection};
    if (epoll_ctl(epoll, operation, connection->fd, &event) == -1) die("epoll_ctl");
}

/* Closing sends what the kernel still has, and then FIN. It also ends the watch. */
static void drop(struct connection *connection) {
    close(connection->fd);
    free(connection->owed);
    free(connection);
}

/* Returns the bytes that the kernel took, perhaps none, or -1 where the connection is broken. */
static ssize_t give(int fd, const char *bytes, size_t length) {
    size_t sent = 0;
    while (sent < length) {
        ssize_t count = send(fd, bytes + sent, length - sent, MSG_NOSIGNAL);
        if (count == -1 && errno == EINTR) continue;
        if (count == -1) return errno == EAGAIN ? (ssize_t)sent : -1;
        sent += (size_t)count;
    }
    return (ssize_t)sent;
}

/* Goes on sending what is owed. Returns false where the connection is broken. */
static bool settle(struct connection *connection) {
    ssize_t sent = give(connection->fd, connection->owed + connection->sent, connection->length - connection->sent);
    if (sent == -1) return false;
    connection->sent += (size_t)sent;
    if (connection->sent < connection->length) return true;
    free(connection->owed);
    connection->owed = NULL;
    return true;
}

static void owe(struct connection *connection, const char *bytes, size_t length) {
    connection->length = length;
    connection->sent = 0;
    connection->owed = malloc(length);
    if (connection->owed == NULL) die("malloc");
    memcpy(connection->owed, bytes, length);
}

/*
 * Does what an event asks for. Returns false where the connection is over.
 *
 * An event tells of a change, once: so it reads until nothing is left. A read that does not fill the buffer has emptied
 * the socket (epoll(7), questions and answers), unless a FIN stands behind the bytes, for which no event comes any more.
 */
static bool turn(int epoll, struct connection *connection, uint32_t events) {
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) connection->ending = true;
    if (connection->owed != NULL) {
        if ((events & (EPOLLOUT | EPOLLERR)) == 0) return true;
        if (!settle(connection)) return false;
    }
    for (int reads = 0; connection->owed == NULL; reads++) {
        if (reads == reads_in_a_turn) {
            /* There may be more. Watching it anew puts it behind the others that are ready. */
            watch(epoll, EPOLL_CTL_MOD, connection);
            return true;
        }
        ssize_t length = recv(connection->fd, buffer, sizeof buffer, 0);
        if (length == -1 && errno == EINTR) continue;
        if (length == -1) return errno == EAGAIN;
        if (length == 0) return false;
        ssize_t sent = give(connection->fd, buffer, (size_t)length);
        if (sent == -1) return false;
        if (sent < length) owe(connection, buffer + sent, (size_t)(length - sent));
        else if (length < (ssize_t)sizeof buffer && !connection->ending) return true;
    }
    return true; /* The event that the kernel takes bytes again goes on from here. */
}

static void accept_all(int epoll, int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd == -1 && (errno == ECONNABORTED || errno == EINTR)) continue;
        if (fd == -1 && errno == EAGAIN) return;
        if (fd == -1) die("accept4");
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        if (connection == NULL) die("calloc");
        connection->fd = fd;
        watch(epoll, EPOLL_CTL_ADD, connection);
    }
}

static void serve_tcp(int listener) {
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll == -1) die("epoll_create1");
    if (listen(listener, backlog) == -1) die("listen");
    struct connection door = {.fd = listener};
    watch(epoll, EPOLL_CTL_ADD, &door);
    struct epoll_event events[max_events];
    for (;;) {
        int count = epoll_wait(epoll, events, max_events, -1);
        if (count == -1 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection == &door)
                accept_all(epoll, listener);
            else if (!turn(epoll, connection, events[i].events))
                drop(connection);
        }
    }
}

static void serve_udp(int fd) {
    for (;;) {
        struct sockaddr_in peer;
        socklen_t size = sizeof peer;
        ssize_t length = recvfrom(fd, buffer, sizeof buffer, 0, (struct sockaddr *)&peer, &size);
        /* An error is of an earlier datagram whose sender is gone; one that can not be sent is lost, as UDP allows. */
        if (length >= 0) sendto(fd, buffer, (size_t)length, 0, (struct sockaddr *)&peer, size);
    }
}

int main(int count, char **arguments) {
    if (count != 3 || (strcmp(arguments[1], "tcp") != 0 && strcmp(arguments[1], "udp") != 0)) {
        fprintf(stderr, "usage: %s tcp|udp PORT\n", arguments[0]);
        return 2;
    }
    bool tcp = strcmp(arguments[1], "tcp") == 0;

    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    int fd = socket(AF_INET, (tcp ? SOCK_STREAM | SOCK_NONBLOCK : SOCK_DGRAM) | SOCK_CLOEXEC, 0);
    if (fd == -1) die("socket");
    int on = 1;
    if (tcp) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)atoi(arguments[2])),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1) die("bind");
    if (tcp)
        serve_tcp(fd);
    else
        serve_udp(fd);
}
