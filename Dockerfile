# Plimsoll for production: no compiler, no installer, no development package, no root.
FROM python:3.13-slim AS build
WORKDIR /plimsoll
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY manage.py ./
COPY physio physio
COPY patients patients
COPY assessments assessments
COPY rehab rehab
COPY templates templates
COPY static static
# Development only: the settings need no secret to collect the static files.
RUN rm -rf physio/embedded && PLIMSOLL_ENV=development /venv/bin/python manage.py collectstatic --no-input \
    && /venv/bin/python -m pip uninstall --yes --quiet pip

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin plimsoll \
    && install -d -o 10001 -g 10001 -m 0700 /ledger
COPY --from=build /venv /venv
COPY --from=build /plimsoll /plimsoll
WORKDIR /plimsoll
USER 10001:10001
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 TZ=UTC
EXPOSE 8000
CMD ["gunicorn", "--config", "python:physio.gunicorn", "physio.wsgi:application"]
