/*
 * Datagrams faster than a server answers them, to 127.0.0.1:
 *
 *   ./burst one PORT COUNT SIZE    all from one socket, in one go; prints how many came back
 *   ./burst many PORT COUNT        one from each of so many addresses of 127.0.0.0/8; prints how many were sent
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* After so many milliseconds without an answer no more come. */
enum { silence = 500, room = 16 << 20 };

static char buffer[64 * 1024];

static void die(const char *what) {
    perror(what);
    exit(EXIT_FAILURE);
}

static struct sockaddr_in at(unsigned int address, unsigned int port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(address)};
}

/* A socket of its own address that is connected to the server. */
static int open_from(unsigned int address, unsigned int port) {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd == -1) die("socket");
    struct sockaddr_in from = at(address, 0), to = at(INADDR_LOOPBACK, port);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) == -1) die("bind");
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == -1) die("connect");
    return fd;
}

static unsigned int one(unsigned int port, unsigned int count, size_t size) {
    int fd = open_from(INADDR_LOOPBACK, port), bytes = room;
    /* The answers must not be lost here; beyond net.core.rmem_max for root alone. */
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == -1)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    for (unsigned int sent = 0; sent < count; sent++)
        if (send(fd, buffer, size, 0) == -1 && errno != ENOBUFS) die("send");
    unsigned int back = 0;
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    while (poll(&readable, 1, silence) == 1)
        while (recv(fd, buffer, sizeof buffer, MSG_DONTWAIT) != -1) back++;
    return back;
}

static unsigned int many(unsigned int port, unsigned int count) {
    unsigned int sent = 0;
    for (unsigned int peer = 1; peer <= count; peer++) {
        int fd = open_from(INADDR_LOOPBACK + peer, port);
        if (send(fd, "flood", 5, 0) == 5) sent++;
        close(fd);
    }
    return sent;
}

int main(int count, char **arguments) {
    unsigned int numbers[3] = {0};
    for (int at = 2; at < count && at < 5; at++) numbers[at - 2] = (unsigned int)strtoul(arguments[at], NULL, 10);
    if (count == 5 && strcmp(arguments[1], "one") == 0 && numbers[2] <= sizeof buffer)
        printf("%u\n", one(numbers[0], numbers[1], numbers[2]));
    else if (count == 4 && strcmp(arguments[1], "many") == 0)
        printf("%u\n", many(numbers[0], numbers[1]));
    else {
        fprintf(stderr, "usage: %s one PORT COUNT SIZE | many PORT COUNT\n", arguments[0]);
        return 2;
    }
    return EXIT_SUCCESS;
}
