package io.gatun.dist.log;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gatun.mesos.flags.StartupException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The log of a running master, over its HTTP interface. */
public final class MasterLogClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    /** The master gives up before. */
    private static final Duration CHANGE_TIMEOUT = Duration.ofSeconds(150);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String flag;
    private final String master;

    /** @param master ip:port */
    public MasterLogClient(String master) {
        this.master = master;
        this.flag = "--master=" + master;
    }

    /**
     * How that master's replica is.
     *
     * @throws StartupException when it does not answer
     */
    public JsonNode status() {
        return send(request("/log").timeout(TIMEOUT).GET().build());
    }

    /**
     * Changes the members; first adds, then removes.
     *
     * @param add id of the replica to add; 0 for none
     * @param address where that one listens, host:port; empty for none
     * @param remove id of the replica to remove; 0 for none
     * @return how the leader's replica is after that
     * @throws StartupException when it was not done, with the reason
     */
    public JsonNode change(int add, String address, int remove) {
        ObjectNode body = JSON.createObjectNode();
        if (add != 0) {
            body.putObject("add").put("id", add).put("address", address);
        }
        if (remove != 0) {
            body.put("remove", remove);
        }
        return send(request("/log/members")
                .timeout(CHANGE_TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        try {
            return HttpRequest.newBuilder(URI.create("http://" + master + path));
        } catch (IllegalArgumentException e) {
            throw new StartupException(flag, "must be ip:port", "correct the flag", e);
        }
    }

    private JsonNode send(HttpRequest request) {
        // A master that does not lead redirects what only the leader can do.
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .followRedirects(Redirect.NORMAL)
                .build()) {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new StartupException(
                        flag,
                        "answers with status " + response.statusCode() + ": "
                                + response.body().strip(),
                        "see gatun log status");
            }
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new StartupException(flag, "does not answer: " + e, "start a master there, or correct it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException(flag, "was not asked: interrupted", "try again", e);
        }
    }
}
