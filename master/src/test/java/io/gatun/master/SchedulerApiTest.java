package io.gatun.master;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statuses, headers and texts of the v1 scheduler API, in the order of Mesos' checks. */
class SchedulerApiTest {
    private static final String SUBSCRIBE =
            "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"u\",\"name\":\"n\"}}}";
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    static Path workDir;

    private static RunningMaster master;

    @BeforeAll
    static void launch() {
        master = RunningMaster.in(workDir);
    }

    @AfterAll
    static void close() {
        master.close();
    }

    private static HttpRequest.Builder post(String body) {
        return HttpRequest.newBuilder(master.uri("/api/v1/scheduler"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void shouldAllowPostOnly() throws Exception {
        HttpResponse<String> reply =
                send(HttpRequest.newBuilder(master.uri("/api/v1/scheduler")).GET());
        assertThat(reply.statusCode()).isEqualTo(405);
        assertThat(reply.headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void shouldAskForAContentType() throws Exception {
        HttpResponse<String> none =
                send(HttpRequest.newBuilder(master.uri("/api/v1/scheduler")).POST(BodyPublishers.ofString(SUBSCRIBE)));
        assertThat(none.statusCode()).isEqualTo(400);
        HttpResponse<String> unknown = send(HttpRequest.newBuilder(master.uri("/api/v1/scheduler"))
                .header("Content-Type", "text/xml")
                .POST(BodyPublishers.ofString(SUBSCRIBE)));
        assertThat(unknown.statusCode()).isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"type\":                                  | Failed to parse body",
                "{}                                          | Expecting 'type' to be present",
                "{\"type\":\"SUBSCRIBE\"}                    | Expecting 'subscribe' to be present",
                "{\"type\":\"DECLINE\"}                      | Expecting 'framework_id' to be present",
                "{\"type\":\"ACCEPT\",\"framework_id\":{\"value\":\"f\"}}  | Expecting 'accept' to be present",
                "{\"type\":\"KILL\",\"framework_id\":{\"value\":\"f\"}}    | Expecting 'kill' to be present",
                "{\"type\":\"REVIVE\",\"framework_id\":{\"value\":\"f\"}}  | Framework cannot be found",
                "{\"type\":\"ACKNOWLEDGE\",\"framework_id\":{\"value\":\"f\"},\"acknowledge\":{\"agent_id\":{\"value\":\"a\"},"
                        + "\"task_id\":{\"value\":\"t\"},\"uuid\":\"YWJj\"}} | is not a valid UUID"
            })
    void shouldAnswerBadCallsWith400(String body, String text) throws Exception {
        HttpResponse<String> reply = send(post(body));
        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(reply.body()).contains(text);
    }

    @Test
    void shouldRefuseSubscribeWithStreamIdAndWithoutAcceptableType() throws Exception {
        assertThat(send(post(SUBSCRIBE).header("Mesos-Stream-Id", "x")).statusCode())
                .isEqualTo(400);
        assertThat(send(post(SUBSCRIBE).header("Accept", "text/html")).statusCode())
                .isEqualTo(406);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/scheduler", "/master/api/v1/scheduler"})
    void shouldStreamRecordIoWithAStreamId(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(master.uri(path))
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString(SUBSCRIBE))
                .build();
        HttpResponse<java.io.InputStream> reply = CLIENT.send(request, BodyHandlers.ofInputStream());
        try (java.io.InputStream stream = reply.body()) {
            assertThat(reply.statusCode()).isEqualTo(200);
            assertThat(reply.headers().firstValue("Content-Type")).hasValue("application/json");
            assertThat(reply.headers().firstValue("Mesos-Stream-Id").orElseThrow())
                    .hasSizeBetween(1, 128);
            byte[] head = stream.readNBytes(40);
            assertThat(new String(head, StandardCharsets.UTF_8)).matches("(?s)\\d+\n\\{\"type\":\"SUBSCRIBED\".*");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "REVIVE",
                "SUPPRESS",
                "DECLINE",
                "RECONCILE",
                "REQUEST",
                "MESSAGE",
                "KILL",
                "ACKNOWLEDGE",
                "ACCEPT",
                "RECONCILE_OPERATIONS",
                "ACKNOWLEDGE_OPERATION_STATUS",
                "ACCEPT_INVERSE_OFFERS",
                "SHUTDOWN",
                "DECLINE_INVERSE_OFFERS",
                "TEARDOWN"
            })
    void shouldAccept(Call.Type type) {
        try (FakeScheduler scheduler = FakeScheduler.subscribed(
                master, MediaType.PROTOBUF, FakeScheduler.info().build())) {
            Call.Builder call = Call.newBuilder().setType(type);
            var field = Call.getDescriptor().findFieldByName(type.name().toLowerCase(Locale.ROOT));
            if (field != null) {
                call.setField(field, filled(call.newBuilderForField(field)).build());
            }
            assertThat(scheduler.call(call).status()).isEqualTo(202);
            if (type == Call.Type.TEARDOWN) {
                scheduler.inbox.awaitEnd();
            } else {
                // The stream is still good for another call.
                assertThat(scheduler
                                .call(Call.newBuilder().setType(Call.Type.REVIVE))
                                .status())
                        .isEqualTo(202);
            }
        }
    }

    @Test
    void shouldAnswerUnknownCallsWith501() {
        try (FakeScheduler scheduler = FakeScheduler.subscribed(
                master, MediaType.PROTOBUF, FakeScheduler.info().build())) {
            assertThat(scheduler
                            .call(Call.newBuilder().setType(Call.Type.UNKNOWN))
                            .status())
                    .isEqualTo(501);
        }
    }

    @Test
    void shouldEndTheOldStreamOnFailover() {
        try (FakeScheduler old = FakeScheduler.subscribed(
                        master,
                        MediaType.JSON,
                        FakeScheduler.info().setFailoverTimeout(60).build());
                FakeScheduler fresh = FakeScheduler.subscribed(
                        master,
                        MediaType.JSON,
                        FakeScheduler.info()
                                .setFailoverTimeout(60)
                                .setId(old.id())
                                .build())) {
            assertThat(old.await(Event.Type.ERROR).getError().getMessage()).isEqualTo("Framework failed over");
            old.inbox.awaitEnd();
            assertThat(fresh.id()).isEqualTo(old.id());
            assertThat(old.call(Call.newBuilder().setType(Call.Type.REVIVE)).status())
                    .isEqualTo(400);
            assertThat(fresh.call(Call.newBuilder().setType(Call.Type.REVIVE)).status())
                    .isEqualTo(202);
        }
    }

    /** Sets every required field, so that the message can be sent. */
    private static com.google.protobuf.Message.Builder filled(com.google.protobuf.Message.Builder message) {
        for (var field : message.getDescriptorForType().getFields()) {
            if (field.isRequired()) {
                switch (field.getJavaType()) {
                    case MESSAGE ->
                        message.setField(
                                field, filled(message.newBuilderForField(field)).build());
                    case STRING -> message.setField(field, "x");
                    case BYTE_STRING ->
                        message.setField(field, com.google.protobuf.ByteString.copyFromUtf8("0123456789abcdef"));
                    default -> throw new AssertionError("no value for " + field);
                }
            }
        }
        var agent = message.getDescriptorForType().findFieldByName("agent_id");
        if (agent != null && !agent.isRequired()) {
            message.setField(agent, filled(message.newBuilderForField(agent)).build());
        }
        return message;
    }
}
