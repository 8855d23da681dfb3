from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "gezhi.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """An issued paper may serve where a step asks for a document."""
        from gezhi.documents import papers  # the tables are there only now
        from gezhi.matters import serving

        serving.answer_with(papers.standing_number)
