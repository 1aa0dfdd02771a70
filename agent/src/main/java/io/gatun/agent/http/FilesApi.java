package io.gatun.agent.http;

import io.gatun.agent.AgentSnapshot;
import io.gatun.agent.store.Layout;
import io.gatun.mesos.http.Replies;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** /files/browse, read, download and debug (src/files/files.cpp). */
final class FilesApi {
    /** 16 pages of 4 KiB: the most that one read returns. */
    static final int READ_MAX_BYTES = 65_536;

    void browse(RoutingContext ctx, AgentView agent) {
        answer(ctx, agent, (state, path) -> {
            VirtualPath virtual = VirtualPath.parse(agent.layout(), id(state), path);
            return new SandboxFiles(agent.layout())
                    .list(virtual, path).stream()
                            .map(entry -> FileJson.entry(path, entry))
                            .toList();
        });
    }

    void read(RoutingContext ctx, AgentView agent) {
        answer(ctx, agent, (state, path) -> {
            long offset = number(ctx, "offset");
            long length = number(ctx, "length");
            Chunk chunk = read(agent.layout(), id(state), path, offset, length);
            SequencedMap<String, Object> json = Json.object();
            json.put("data", new String(chunk.data(), StandardCharsets.UTF_8));
            json.put("offset", chunk.offset());
            return json;
        });
    }

    void download(RoutingContext ctx, AgentView agent) {
        String path = ctx.queryParams().get("path");
        AgentRoutes.withState(
                ctx,
                agent,
                state -> AgentRoutes.blocking(
                        ctx,
                        () -> new SandboxFiles(agent.layout())
                                .open(VirtualPath.parse(agent.layout(), id(state), path), path),
                        channel -> {
                            String name = path.substring(path.lastIndexOf('/') + 1);
                            String type = URLConnection.guessContentTypeFromName(name);
                            ctx.response()
                                    .putHeader(
                                            HttpHeaders.CONTENT_TYPE, type == null ? "application/octet-stream" : type)
                                    .putHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=" + quoted(name))
                                    // Compression would need the whole length anew.
                                    .putHeader(HttpHeaders.CONTENT_ENCODING, HttpHeaders.IDENTITY);
                            new Download(ctx, channel).start();
                        }));
    }

    /** Which virtual path stands for which directory. */
    void debug(RoutingContext ctx, AgentView agent) {
        AgentRoutes.withState(ctx, agent, state -> {
            Map<String, String> attached = new TreeMap<>();
            state.frameworks()
                    .forEach(framework -> framework
                            .executors()
                            .forEach(executor -> executor.directory().ifPresent(directory -> {
                                attached.put(directory.toString(), directory.toString());
                                attached.put(
                                        "/frameworks/"
                                                + framework.info().getId().getValue() + "/executors/"
                                                + executor.executorId() + "/runs/" + Layout.LATEST,
                                        directory.toString());
                            })));
            Replies.json(ctx, Json.bytes(attached));
        });
    }

    /**
     * Reads a part of a file.
     *
     * @param offset where to begin; -1 asks for the size
     * @param length most bytes to return, capped; -1 for as many as possible
     */
    static Chunk read(Layout layout, String agentId, String path, long offset, long length) {
        if (offset < -1) {
            throw new HttpProblem(400, "Negative offset provided: " + offset);
        }
        if (length < -1) {
            throw new HttpProblem(400, "Negative length provided: " + length);
        }
        VirtualPath virtual = VirtualPath.parse(layout, agentId, path);
        try (SeekableByteChannel channel = new SandboxFiles(layout).open(virtual, path)) {
            long size = channel.size();
            if (offset == -1 || length == 0 || offset >= size) {
                return new Chunk(new byte[0], size, size);
            }
            long wanted = length == -1 ? READ_MAX_BYTES : Math.min(length, READ_MAX_BYTES);
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(wanted, size - offset));
            channel.position(offset);
            int count = 0;
            while (count >= 0 && buffer.hasRemaining()) {
                count = channel.read(buffer);
            }
            byte[] data = new byte[buffer.flip().remaining()];
            buffer.get(data);
            return new Chunk(data, offset, size);
        } catch (IOException e) {
            throw new UncheckedIOException("read " + path + ": " + e, e);
        }
    }

    private static void answer(RoutingContext ctx, AgentView agent, Question question) {
        String path = ctx.queryParams().get("path");
        AgentRoutes.withState(
                ctx,
                agent,
                state -> AgentRoutes.blocking(
                        ctx, () -> Json.bytes(question.answer(state, path)), bytes -> Replies.json(ctx, bytes)));
    }

    private static long number(RoutingContext ctx, String name) {
        String text = ctx.queryParams().get(name);
        try {
            return text == null ? -1 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new HttpProblem(400, "Failed to parse " + name + ": '" + text + "' is not a number");
        }
    }

    private static String quoted(String name) {
        return '"' + name.replaceAll("[\"\\\\\\p{Cntrl}]", "_") + '"';
    }

    private static String id(AgentSnapshot state) {
        return state.info().getId().getValue();
    }

    /** What a question about a path is answered with; blocks. */
    private interface Question {
        Object answer(AgentSnapshot state, String path);
    }

    /**
     * A part of a file.
     *
     * @param offset of the data; the size when only that was asked for
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares chunks
    record Chunk(byte[] data, long offset, long size) {}
}
