package io.gatun.mesos.client;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** The JDK client that this process shares: HTTP/1.1, daemon threads, redirects left to the caller. */
final class HttpClients {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private HttpClients() {}

    /** Made at first use, so that a process which never calls anyone has no selector thread. */
    private static final class Shared {
        private static final AtomicLong THREADS = new AtomicLong();

        static final HttpClient CLIENT = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(executor())
                .build();

        private static ExecutorService executor() {
            return Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "mesos-http-" + THREADS.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });
        }
    }

    static HttpClient shared() {
        return Shared.CLIENT;
    }
}
