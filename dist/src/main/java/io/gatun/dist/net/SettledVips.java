package io.gatun.dist.net;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of virtual IPs that the masters have settled ({@code /vips}), as this node knows them. What is not settled
 * yet is proposed to the leading master, whose answer stands for all nodes. What is known stays while no master answers; a
 * master of Mesos, which settles nothing, never answers in this sense. Asks on a thread of its own.
 */
final class SettledVips implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SettledVips.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final long RETRY_MS = 1_000;
    /** What an operator freed is noticed after this time. */
    private static final long REFRESH_MS = 60_000;
    /** Others propose, too: the next attempt sees what they got. */
    private static final int ATTEMPTS = 4;

    private final Supplier<Optional<URI>> vips;
    private final Function<Map<String, Inet4Address>, Map<String, Inet4Address>> proposals;
    private final Runnable changed;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("gatun-vips").daemon().factory());

    private volatile Map<String, Inet4Address> known = Map.of();
    private volatile boolean answered = true;
    private volatile String trouble = "";
    private boolean retrying;

    /**
     * Asks nothing before {@link #ask}.
     *
     * @param vips where the leading master answers; empty while there is none
     * @param proposals what this node would like, by name, given what is settled; without names that are
     * @param changed told, on the thread here, when something is known that was not, or it is known that nobody answers
     */
    SettledVips(
            Supplier<Optional<URI>> vips,
            Function<Map<String, Inet4Address>, Map<String, Inet4Address>> proposals,
            Runnable changed) {
        this.vips = vips;
        this.proposals = proposals;
        this.changed = changed;
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(this::work, REFRESH_MS, REFRESH_MS, TimeUnit.MILLISECONDS);
    }

    /** By name. Any thread. */
    Map<String, Inet4Address> known() {
        return known;
    }

    /** Whether it is worth waiting for an answer: the last question got one, or none was asked yet. Any thread. */
    boolean answers() {
        return answered;
    }

    /** There are names that are not known. Any thread. */
    void ask() {
        try {
            thread.execute(this::work);
        } catch (RejectedExecutionException e) {
            LOG.debug("virtual IPs are not asked for any more: this node ends");
        }
    }

    private void work() {
        try {
            settle();
            answered = true;
            trouble = "";
        } catch (IOException | RuntimeException e) {
            answered = false;
            String text = e.toString();
            if (!text.equals(trouble)) {
                trouble = text;
                LOG.warn(
                        "virtual IPs: no master settles their addresses: {}; this node goes on with what it knows",
                        text);
            }
            retry();
        } catch (InterruptedException e) {
            return; // close()
        }
        changed.run();
    }

    private void retry() {
        if (!retrying && !proposals.apply(known).isEmpty()) {
            retrying = true;
            ScheduledFuture<?> unused = thread.schedule(
                    () -> {
                        retrying = false;
                        work();
                    },
                    RETRY_MS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void settle() throws IOException, InterruptedException {
        URI uri = vips.get().orElseThrow(() -> new IOException("no master leads"));
        known = get(uri);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Map<String, Inet4Address> wanted = proposals.apply(known);
            if (wanted.isEmpty()) {
                return;
            }
            Map<String, String> texts = new TreeMap<>();
            wanted.forEach((name, address) -> texts.put(name, address.getHostAddress()));
            send(HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(texts))));
            known = get(uri);
        }
        int left = proposals.apply(known).size();
        if (left > 0) {
            throw new IOException(left + " names got no address in " + ATTEMPTS + " attempts");
        }
    }

    private Map<String, Inet4Address> get(URI uri) throws IOException, InterruptedException {
        Map<String, String> texts =
                JSON.readValue(send(HttpRequest.newBuilder(uri)), new TypeReference<TreeMap<String, String>>() {});
        Map<String, Inet4Address> addresses = new TreeMap<>();
        for (Map.Entry<String, String> vip : texts.entrySet()) {
            if (InetAddress.ofLiteral(vip.getValue()) instanceof Inet4Address address) {
                addresses.put(vip.getKey(), address);
            }
        }
        return Map.copyOf(addresses);
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest built = request.timeout(TIMEOUT).build();
        HttpResponse<String> response = client.send(built, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(built.method() + " " + built.uri() + ": status " + response.statusCode() + ": "
                    + response.body().strip());
        }
        return response.body();
    }

    @Override
    public void close() {
        thread.shutdownNow();
        client.shutdownNow();
    }
}
