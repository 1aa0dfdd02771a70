package io.gatun.dist.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gatun.mesos.client.EventStream;
import io.gatun.mesos.codec.MediaType;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.AgentID;
import io.gatun.mesos.v1.CommandInfo;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskID;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.TaskState;
import io.gatun.mesos.v1.TaskStatus;
import io.gatun.mesos.v1.scheduler.Call;
import io.gatun.mesos.v1.scheduler.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** A scheduler over HTTP for one agent: it takes whatever is offered and acknowledges every update. */
final class VolumeFramework implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Set<TaskState> RUNNING_OR_NOT_YET =
            Set.of(TaskState.TASK_STAGING, TaskState.TASK_STARTING, TaskState.TASK_RUNNING, TaskState.TASK_KILLING);

    private final HttpClient client = HttpClient.newHttpClient();
    private final String role;
    private final Object lock = new Object();
    private final Map<String, Offer> offers = new LinkedHashMap<>();
    private final Map<String, TaskStatus> newest = new HashMap<>();
    private final List<String> seen = new ArrayList<>();
    private Optional<FrameworkID> id = Optional.empty();
    private Optional<EventStream<Event>> stream = Optional.empty();
    private int port;
    private String streamId = "";

    VolumeFramework(String role) {
        this.role = role;
    }

    /** Subscribes at a leading master, for the first time or again; returns when it is subscribed. */
    void subscribe(int masterPort) {
        stream.ifPresent(EventStream::close);
        synchronized (lock) {
            offers.clear();
            streamId = "";
            port = masterPort;
        }
        FrameworkInfo.Builder info = FrameworkInfo.newBuilder()
                .setUser("root")
                .setName("volumes")
                .setFailoverTimeout(1e6)
                .addRoles(role)
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .addCapabilities(FrameworkInfo.Capability.newBuilder()
                        .setType(FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT));
        Call.Builder call = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
        id.ifPresent(known -> {
            info.setId(known);
            call.setFrameworkId(known);
        });
        call.getSubscribeBuilder().setFrameworkInfo(info);
        EventStream.Listener<Event> listener = new EventStream.Listener<>() {
            @Override
            public void connected(URI endpoint, String given) {
                synchronized (lock) {
                    streamId = given;
                }
            }

            @Override
            public void event(Event event) {
                heard(event);
            }

            @Override
            public void closed(Throwable causeOrNull) {
                synchronized (lock) {
                    seen.add("closed: " + causeOrNull);
                }
            }
        };
        synchronized (lock) {
            seen.add("subscribing at " + masterPort);
        }
        stream = Optional.of(EventStream.open(
                uri("/api/v1/scheduler"), MediaType.PROTOBUF, call.build(), Event.getDefaultInstance(), listener));
        await("SUBSCRIBED", () -> id.isPresent() && seen.getLast().equals("subscribed at " + masterPort));
    }

    private void heard(Event event) {
        synchronized (lock) {
            switch (event.getType()) {
                case SUBSCRIBED -> {
                    id = Optional.of(event.getSubscribed().getFrameworkId());
                    seen.add("subscribed at " + port);
                }
                case OFFERS ->
                    event.getOffers()
                            .getOffersList()
                            .forEach(offer -> offers.put(offer.getId().getValue(), offer));
                case RESCIND -> offers.remove(event.getRescind().getOfferId().getValue());
                case UPDATE -> update(event.getUpdate().getStatus());
                default -> {}
            }
        }
    }

    private void update(TaskStatus status) {
        newest.put(status.getTaskId().getValue(), status);
        if (status.hasUuid()) {
            Call.Builder call = Call.newBuilder().setType(Call.Type.ACKNOWLEDGE);
            call.getAcknowledgeBuilder()
                    .setAgentId(status.getAgentId())
                    .setTaskId(status.getTaskId())
                    .setUuid(status.getUuid());
            call(call);
        }
    }

    /** Waits until all that the agent has is offered: what a task has held is, when it has ended. */
    Resources awaitOffers() {
        return offered(allOffers());
    }

    /** What an operator changes is offered anew: the offers of before are still to be rescinded when the call returns. */
    void awaitOffersOf(Resources reserved) {
        await(
                "offers of " + reserved,
                () -> offered(offers.values()).reserved(role).equals(reserved));
    }

    /** As when the agent is away. */
    void awaitNoOffers() {
        await("all offers rescinded", offers::isEmpty);
    }

    private List<Offer> allOffers() {
        await("offers of everything", () -> offered(offers.values()).disk() == 128);
        synchronized (lock) {
            return List.copyOf(offers.values());
        }
    }

    private static Resources offered(Collection<Offer> offers) {
        return offers.stream()
                .map(offer -> Resources.of(offer.getResourcesList()).unallocated())
                .reduce(Resources.NONE, Resources::plus);
    }

    /** Launches a shell command with a tenth of a CPU, 32 MB, and {@code volumes}, after other operations. */
    void launch(String taskId, String command, List<Resource> volumes, List<Offer.Operation> before) {
        TaskInfo task = TaskInfo.newBuilder()
                .setName(taskId)
                .setTaskId(TaskID.newBuilder().setValue(taskId))
                .setAgentId(allOffers().getFirst().getAgentId())
                .setCommand(CommandInfo.newBuilder().setValue(command))
                .addAllResources(Resources.parse("cpus:0.1;mem:32").toProtos())
                .addAllResources(volumes)
                .build();
        List<Offer.Operation> operations = new ArrayList<>(before);
        operations.add(Offer.Operation.newBuilder()
                .setType(Offer.Operation.Type.LAUNCH)
                .setLaunch(Offer.Operation.Launch.newBuilder().addTaskInfos(task))
                .build());
        accept(operations);
    }

    void accept(List<Offer.Operation> operations) {
        Call.Builder call = Call.newBuilder().setType(Call.Type.ACCEPT);
        for (Offer offer : allOffers()) {
            call.getAcceptBuilder().addOfferIds(offer.getId());
            synchronized (lock) {
                offers.remove(offer.getId().getValue());
            }
        }
        call.getAcceptBuilder().addAllOperations(operations);
        call.getAcceptBuilder().getFiltersBuilder().setRefuseSeconds(0);
        call(call);
    }

    void kill(String taskId) {
        Call.Builder call = Call.newBuilder().setType(Call.Type.KILL);
        call.getKillBuilder().setTaskId(TaskID.newBuilder().setValue(taskId));
        call(call);
    }

    void awaitRunning(String taskId) {
        await(taskId + " runs", () -> state(taskId) == TaskState.TASK_RUNNING);
    }

    TaskState awaitEnd(String taskId) {
        await(taskId + " ends", () -> !RUNNING_OR_NOT_YET.contains(state(taskId)));
        synchronized (lock) {
            return state(taskId);
        }
    }

    private TaskState state(String taskId) {
        TaskStatus status = newest.get(taskId);
        return status == null ? TaskState.TASK_STAGING : status.getState();
    }

    /** DESTROY_VOLUMES; the status of HTTP. */
    int destroyByOperator(Resource volume) {
        var call = operator(io.gatun.mesos.v1.master.Call.Type.DESTROY_VOLUMES);
        call.getDestroyVolumesBuilder().setAgentId(agentId()).addVolumes(volume);
        return post(call);
    }

    /** GROW_VOLUME; the status of HTTP. */
    int growByOperator(Resource volume, Resource addition) {
        var call = operator(io.gatun.mesos.v1.master.Call.Type.GROW_VOLUME);
        call.getGrowVolumeBuilder().setAgentId(agentId()).setVolume(volume).setAddition(addition);
        return post(call);
    }

    /** SHRINK_VOLUME; the status of HTTP. */
    int shrinkByOperator(Resource volume, double megabytes) {
        var call = operator(io.gatun.mesos.v1.master.Call.Type.SHRINK_VOLUME);
        call.getShrinkVolumeBuilder()
                .setAgentId(agentId())
                .setVolume(volume)
                .getSubtractBuilder()
                .setValue(megabytes);
        return post(call);
    }

    private static io.gatun.mesos.v1.master.Call.Builder operator(io.gatun.mesos.v1.master.Call.Type type) {
        return io.gatun.mesos.v1.master.Call.newBuilder().setType(type);
    }

    /** Of the agent that tasks have run on. */
    private AgentID agentId() {
        synchronized (lock) {
            return newest.values().iterator().next().getAgentId();
        }
    }

    private int post(io.gatun.mesos.v1.master.Call.Builder call) {
        return send(HttpRequest.newBuilder(uri("/api/v1"))
                        .header("Content-Type", MediaType.PROTOBUF.header())
                        .POST(BodyPublishers.ofByteArray(call.build().toByteArray()))
                        .build())
                .statusCode();
    }

    JsonNode get(String path) throws IOException {
        return JSON.readTree(send(HttpRequest.newBuilder(uri(path)).build()).body());
    }

    private void call(Call.Builder call) {
        HttpRequest request;
        synchronized (lock) {
            request = HttpRequest.newBuilder(uri("/api/v1/scheduler"))
                    .header("Content-Type", MediaType.PROTOBUF.header())
                    .header("Mesos-Stream-Id", streamId)
                    .POST(BodyPublishers.ofByteArray(
                            call.setFrameworkId(id.orElseThrow()).build().toByteArray()))
                    .build();
        }
        HttpResponse<String> response = send(request);
        if (response.statusCode() != 202) {
            throw new AssertionError(call.getType() + ": " + response.statusCode() + ": " + response.body());
        }
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(request.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private void await(String what, BooleanSupplier condition) {
        Await.until(
                what,
                PATIENCE,
                () -> {
                    synchronized (lock) {
                        return condition.getAsBoolean();
                    }
                },
                () -> {
                    synchronized (lock) {
                        return seen + "\n" + offers.values() + "\n" + newest;
                    }
                });
    }

    @Override
    public void close() {
        stream.ifPresent(EventStream::close);
        client.shutdownNow();
    }
}
