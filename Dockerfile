# Quoth with its embedding model unpacked, for someone who is not root. Nothing is fetched when it runs.
FROM python:3.11-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY ingest ingest
COPY retriever retriever
COPY api api
COPY ui ui
COPY evals evals
RUN python -m venv /opt/quoth && /opt/quoth/bin/pip install --no-cache-dir .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 quoth && mkdir /data && chown quoth /data
COPY --from=build /opt/quoth /opt/quoth
ENV PATH=/opt/quoth/bin:$PATH QUOTH_HOME=/data QUOTH_HOST=0.0.0.0
USER quoth
# A named volume begins as a copy of this folder; in any other, the model is unpacked at the first start.
RUN python -c "from pathlib import Path; from retriever.embedding.model_loading import load_embedder; load_embedder(None, cache=Path('/data'))"
VOLUME /data
EXPOSE 8000
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/v1/health', timeout=3)"]
CMD ["quoth", "serve"]
